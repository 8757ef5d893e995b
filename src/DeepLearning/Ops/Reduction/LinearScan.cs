namespace DeepLearning;

/// <summary>Linear recurrences along the last axis.</summary>
internal static class LinearScan
{
    /// <summary>
    /// The linear recurrence sᵢ = aᵢ sᵢ₋₁ + bᵢ along the last axis with s₋₁ = initial (in reverse: sᵢ = aᵢ sᵢ₊₁ + bᵢ from the end). Its
    /// gradients are recurrences of the same kind, without a division, so that zeros and higher orders need no care. Both are of one type
    /// that is computed in: no 16-bit floats.
    /// </summary>
    public static Tensor Of(Tensor a, Tensor? b, double initial, bool reverse)
    {
        Tensor left = a.Detach().Contiguous();
        Tensor y = Tensor.EmptyLike(left);
        RowOperations.LinearScan(left, b?.Detach().Contiguous(), initial, reverse, y);
        LinearScanOperation operation = new(a, y, initial, reverse);
        return b is null ? Recording.Of(operation, y, a) : Recording.Of(operation, y, a, b);
    }

    /// <summary>
    /// The rows moved by one place along the last axis, a number coming in: towards the end, or the start for <paramref name="back"/>.
    /// </summary>
    public static Tensor Shifted(Tensor x, double filler, bool back)
    {
        int length = x.Size(-1);
        int[] lengths = x.Shape.ToArray();
        lengths[^1] = 1;
        Tensor edge = Tensor.Full(lengths, filler, x.DType, x.Device);
        return back ? Tensor.Cat([x.Narrow(-1, 1, length - 1), edge], -1) : Tensor.Cat([edge, x.Narrow(-1, 0, length - 1)], -1);
    }
}

file readonly struct LinearScanOperation(Tensor a, Tensor y, double initial, bool reverse) : IOperation
{
    public string Name => "LinearScan";

    public void Describe(OperationAttributes attributes) => attributes.Add("initial", initial).Add("reverse", reverse);

    public Node CreateNode() => new LinearScanNode(a, y, initial, reverse);

    public Replay CreateReplay()
    {
        (double first, bool back) = (initial, reverse);
        return (inputs, outputs) => outputs[0] = LinearScan.Of(inputs[0]!, inputs.Length > 1 ? inputs[1] : null, first, back);
    }
}

file sealed class LinearScanNode : Node
{
    private readonly double _initial;
    private readonly bool _reverse;

    public LinearScanNode(Tensor a, Tensor y, double initial, bool reverse)
    {
        _initial = initial;
        _reverse = reverse;
        Save(a, y);
    }

    public override string Name => "LinearScan";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor a = Saved(0), y = Saved(1);

        // Each state feeds the next one: what reaches state i is its own gradient and aᵢ₊₁ times what reaches state i + 1.
        Tensor db = a.Size(-1) == 0 ? gradient : LinearScan.Of(LinearScan.Shifted(a, 0, back: !_reverse), gradient, 0, !_reverse);
        gradients[0] = a.Size(-1) == 0 ? gradient : db * LinearScan.Shifted(y, _initial, back: _reverse);
        if (gradients.Length > 1)
        {
            gradients[1] = db;
        }
    }
}
