namespace DeepLearning;

/// <summary>A recorded operation that was computed in one piece, as its gradient's kernel sees it.</summary>
internal abstract class FusedNode : Node
{
    /// <summary>The number of inputs, those left out included.</summary>
    protected abstract int Inputs { get; }

    /// <summary>An input that was kept.</summary>
    public Tensor Input(int position) => Saved(position);

    /// <summary>An input; null when it was left out.</summary>
    public Tensor? InputOrNull(int position) => HasSaved(position) ? Saved(position) : null;

    /// <summary>What the result's kernel kept.</summary>
    public Tensor Kept(int position) => Saved(Inputs + position);

    /// <summary>What the result's kernel kept, where it kept it.</summary>
    public Tensor? KeptOrNull(int position) => HasSaved(Inputs + position) ? Saved(Inputs + position) : null;

    /// <summary>Whether the gradient of an input is wanted.</summary>
    public bool Wants(int input) => Needs(input);
}

/// <inheritdoc/>
internal sealed class FusedNode<TOp> : FusedNode
    where TOp : struct, IFusedOp
{
    private readonly TOp _op;

    public FusedNode(in TOp op, ReadOnlySpan<Tensor?> inputs, in KeptTensors kept)
    {
        Span<Tensor?> saved = [null, null, null, null, null, null, null];
        int most = saved.Length - KeptTensors.Most;
        if (inputs.Length > most)
        {
            throw new InvalidOperationException(
                $"{op.Name}: an operation in one piece has {most} inputs at most, not {inputs.Length}; give it a node of its own.");
        }

        _op = op;
        Inputs = inputs.Length;
        int count = inputs.Length + (kept.Third is not null ? 3 : kept.Second is not null ? 2 : kept.First is not null ? 1 : 0);
        for (int i = 0; i < inputs.Length; i++)
        {
            saved[i] = TOp.Keeps(i, inputs) ? inputs[i] : null;
        }

        (saved[inputs.Length], saved[inputs.Length + 1], saved[inputs.Length + 2]) = (kept.First, kept.Second, kept.Third);
        Save(saved[..count]);
    }

    public override string Name => _op.Name;

    protected override int Inputs { get; }

    /// <summary>Enters this node into the record as the maker of <paramref name="output"/>.</summary>
    public new Tensor Attach(Tensor output, ReadOnlySpan<Tensor?> inputs)
    {
        Edge[] edges = new Edge[Math.Min(inputs.Length, TOp.Differentiable)];
        for (int i = 0; i < edges.Length; i++)
        {
            edges[i] = new Edge(inputs[i]);
        }

        return Attach(output, edges);
    }

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        if ((TOp.HasRecordedGradient || (!GradMode.Enabled && Fused.HasKernels)) && _op.TryBackward(this, gradient, gradients))
        {
            return;
        }

        Tensor?[] inputs = new Tensor?[Inputs];
        bool[] wanted = new bool[Inputs];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = InputOrNull(i);
            wanted[i] = i < gradients.Length && Needs(i);
        }

        Composition.Backward(given => _op.Compose(given), inputs, wanted, gradient, gradients);
    }
}
