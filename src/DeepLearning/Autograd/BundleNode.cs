namespace DeepLearning;

/// <summary>
/// The derivative of an operation with several outputs, such as a factorization, whose gradients must be known together. Each output
/// gets a node of its own that hands its gradient over; this node lies below them, so it runs after all of them and sees which
/// outputs had a gradient at all. What is handed over is recorded like any tensor, so the pass can be differentiated.
/// </summary>
internal abstract class BundleNode : Node
{
    private Tensor?[] _given = [];

    /// <summary>Computes the gradients of the inputs from those of the outputs; an output without a gradient has null.</summary>
    protected abstract void Backward(ReadOnlySpan<Tensor?> given, Span<Tensor?> gradients);

    /// <summary>Enters this node into the record as the maker of some outputs.</summary>
    internal void Attach(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs)
    {
        // The hidden output is a number that nobody reads: only the way back through it matters.
        Tensor hidden = Tensor.Zeros([], outputs[0].DType, outputs[0].Device);
        Attach(hidden, inputs);
        _given = new Tensor?[outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            new OutputNode(this, i).Attach(outputs[i], hidden);
        }
    }

    protected internal sealed override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor?[] given = [.. _given];
        _given.AsSpan().Clear();
        Backward(given, gradients);
    }

    internal override void Release()
    {
        base.Release();
        _given.AsSpan().Clear();
    }

    private void Take(int part, Tensor gradient)
    {
        if (Pending.Sum is null)
        {
            // The first of this pass; an earlier pass may have failed halfway.
            _given.AsSpan().Clear();
        }

        // One use more than the pass will take back: this node reads it later.
        gradient.Uses++;
        _given[part] = gradient;
    }

    private sealed class OutputNode(BundleNode bundle, int part) : Node
    {
        public override string Name => bundle.Name;

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            bundle.Take(part, gradient);
            gradients[0] = Tensor.Zeros([], bundle.OutputDType, gradient.Device);
        }
    }
}
