namespace DeepLearning.Layers;

/// <summary>Elements added around sequences, images or volumes, on the last one to three axes: see <see cref="Tensor.Pad"/>.</summary>
public abstract class PadLayer : Layer
{
    private readonly int _axes;
    private readonly PadMode _mode;
    private readonly Scalar? _value;
    private readonly int[] _padding;

    private protected PadLayer(int axes, ReadOnlySpan<int> padding, PadMode mode, Scalar? value = null)
    {
        if (padding.Length != 1 && padding.Length != 2 * axes)
        {
            throw new ArgumentException(
                $"{GetType().Name}: a padding of {Shape.Format(padding)} has {padding.Length} numbers; it must be one for every side, or "
                + $"{2 * axes} of them, the last axis first.",
                nameof(padding));
        }

        _axes = axes;
        _mode = mode;
        _value = value;
        _padding = padding.Length == 1 ? [.. Enumerable.Repeat(padding[0], 2 * axes)] : padding.ToArray();
    }

    /// <summary>How much is added before and after each axis, the last axis first; a negative number takes away.</summary>
    public IReadOnlyList<int> Padding => _padding;

    /// <inheritdoc/>
    protected internal override string Details => Array.TrueForAll(_padding, side => side == _padding[0])
        ? FormattableString.Invariant($"{_padding[0]}") + ValueText
        : $"({string.Join(", ", _padding)})" + ValueText;

    private string ValueText => _value is { } value ? $", value {value}" : "";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        // A number fits around anything; what continues an image needs to know where it begins.
        if (_mode == PadMode.Constant ? input.Rank < _axes : input.Rank != _axes + 1 && input.Rank != _axes + 2)
        {
            string letters = _axes switch { 1 => "L", 2 => "H, W", _ => "D, H, W" };
            throw new ShapeException(
                $"{GetType().Name}: an input {input.Shape} does not fit; it must be "
                + (_mode == PadMode.Constant ? $"[…, {letters}]." : $"[N, C, {letters}] or [C, {letters}]."));
        }

        return input.Pad(_padding, _mode, _value ?? default);
    }
}
