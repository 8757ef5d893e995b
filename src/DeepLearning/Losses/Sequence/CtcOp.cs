namespace DeepLearning;

/// <summary>
/// The losses [N]. Inputs: log-probabilities [T, N, C]; labels with blanks around each [N, 2·S + 1], and how many steps
/// and labels count [2, N] (int64).
/// </summary>
internal readonly record struct CtcOp(int Blank) : IFusedOp
{
    public static int Differentiable => 1;

    public string Name => "CTC";

    public void Describe(OperationAttributes attributes) => attributes.Add("blank", Blank);

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        // In double precision, as in the kernel: the paths' logarithms grow with their length, and their differences count.
        Tensor x = inputs[0]!.To(DType.Float64), labels = inputs[1]!;
        Tensor steps = inputs[2]!.Select(0, 0).Unsqueeze(1), ends = inputs[2]!.Select(0, 1).Unsqueeze(1) * 2;
        int states = labels.Size(1), length = x.Size(0);
        Tensor never = Tensor.Full([x.Size(1), states], double.NegativeInfinity, x.DType, x.Device);
        Tensor place = Tensor.Arange(0, states, dtype: DType.Int64, device: x.Device);
        Tensor before = Tensor.Cat([labels[.., ..Math.Min(2, states)], labels[.., ..Math.Max(states - 2, 0)]], 1);
        Tensor mayJump = labels.NotEqualTo(Blank).LogicalAnd(labels.NotEqualTo(before));
        // Before the first step a path stands at the first state as a rule, from where it may stay or go on by one.
        Tensor paths = Tensor.Where(place.EqualTo(0).Expand(never.Shape), Tensor.ZerosLike(never), never);
        for (int step = 0; step < length; step++)
        {
            Tensor one = Later(paths, 1, never), two = Tensor.Where(mayJump, Later(paths, 2, never), never);
            Tensor next = Tensor.Stack([paths, one, two], 0).LogSumExp(0) + x.Select(0, step).Gather(1, labels);
            paths = Tensor.Where(steps.Greater(step), next, paths);
        }

        // A path ends at the last blank or at the last label, which without labels is the same state.
        Tensor last = paths.Gather(1, ends), label = paths.Gather(1, (ends - 1).Clamp(min: 0));
        label = label.MaskedFill(ends.EqualTo(0), double.NegativeInfinity);
        return -Tensor.Cat([last, label], 1).LogSumExp(1).To(inputs[0]!.DType);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!.Detach(), labels = inputs[1]!;
        int count = x.Size(1);
        Tensor losses = Tensor.Allocate([count], x.DType, x.Device);
        Tensor paths = Tensor.Allocate([count, x.Size(0), labels.Size(1)], DType.Float64, x.Device);
        Tensor exact = Tensor.Allocate([count], DType.Float64, x.Device);
        if (!x.Backend.TryCtc(x, labels, inputs[2]!, Blank, losses, exact, paths))
        {
            return null;
        }

        (kept.First, kept.Second) = (paths, exact);
        return losses;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor x = node.Input(0), dx = Tensor.Zeros(x.Shape, x.DType, x.Device);
        if (!x.Backend.TryCtcBackward(
            x, node.Input(1), node.Input(2), Blank, node.Kept(0), node.Kept(1), gradient.Contiguous(), dx))
        {
            return false;
        }

        gradients[0] = dx;
        return true;
    }

    /// <summary>The paths as they arrive some states later.</summary>
    private static Tensor Later(Tensor paths, int states, Tensor never)
    {
        int kept = Math.Max(paths.Size(1) - states, 0);
        return kept == 0 ? never : Tensor.Cat([never[.., ..states], paths[.., ..kept]], 1);
    }
}

internal abstract partial class Backend
{
    /// <summary>
    /// The losses [N] of connectionist temporal classification, also in double precision in exact, from log-probabilities x [T, N, C],
    /// labels with blanks around each [N, L], and how many steps and labels count, lengths [2, N] (both int64). In paths [N, T, L]
    /// (float64): the logarithm of what the paths up to a step that end in a state sum up to.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryCtc(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor losses, Tensor exact, Tensor paths) => false;

    /// <summary>
    /// Adds the gradient of log-probabilities x to dx from that of the losses, [N]; the other arguments as <see cref="TryCtc"/> had and
    /// gave them. That of an infinite loss is 0.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryCtcBackward(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor paths, Tensor exact, Tensor gradient, Tensor dx) => false;
}
