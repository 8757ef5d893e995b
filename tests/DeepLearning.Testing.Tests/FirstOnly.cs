namespace DeepLearning.Tests.Testing;

/// <summary>x², whose gradient is right and forgets that it depends on x.</summary>
internal sealed class FirstOnly : Function
{
    protected override Tensor Forward(ReadOnlySpan<Tensor> inputs)
    {
        Save(inputs[0]);
        return inputs[0].Square();
    }

    protected override void Backward(Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient * Saved(0).Detach() * 2;
}
