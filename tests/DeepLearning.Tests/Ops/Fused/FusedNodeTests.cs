namespace DeepLearning.Tests.Ops.Fused;

/// <summary>The node that keeps what a kernel in one piece needs for its gradient.</summary>
public class FusedNodeTests
{
    [Fact]
    public void More_inputs_than_a_node_has_room_for_are_an_error_of_the_operation()
    {
        Tensor[] inputs = [.. Enumerable.Range(0, 5).Select(static i => Tensor.Full([2], i, DType.Float32))];
        Assert.Equal([10f, 10f], DeepLearning.Fused.Run(default(SumOfAll), inputs).ToArray<float>());
        inputs[4].RequiresGrad = true;
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => DeepLearning.Fused.Run(default(SumOfAll), inputs));
        Assert.Equal(
            "SumOfAll: an operation in one piece has 4 inputs at most, not 5; give it a node of its own.", error.Message);
    }

    private readonly struct SumOfAll : IFusedOp
    {
        public string Name => "SumOfAll";

        public Tensor Compose(ReadOnlySpan<Tensor?> inputs) => inputs.ToArray().Aggregate(static (a, b) => a! + b!)!;

        public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
        {
            using GradMode.Region region = GradMode.NoGrad();
            return Compose(inputs);
        }

        public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients) => false;
    }
}
