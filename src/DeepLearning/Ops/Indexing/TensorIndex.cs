using System.Globalization;

namespace DeepLearning;

/// <summary>
/// One index of <see cref="Tensor.this[ReadOnlySpan{TensorIndex?}]"/>. Made implicitly from
/// <list type="bullet">
/// <item>an <see cref="int"/>, <see cref="long"/> or <see cref="Index"/>: one position (negative counts from the end); the axis
/// goes away;</item>
/// <item>a <see cref="Range"/>: a stretch of the axis, cut to its length as in PyTorch; <c>..</c> as described there;</item>
/// <item>an integer tensor or array: these positions (advanced indexing); one of no axes is a position;</item>
/// <item>a bool tensor or array: the positions where it is true; it stands for as many axes as it has, and must be as long as they
/// are;</item>
/// <item><c>null</c>: a new axis of length 1, as <see cref="NewAxis"/>.</item>
/// </list>
/// </summary>
public readonly record struct TensorIndex
{
    private readonly int? _start;
    private readonly int? _stop;
    private readonly int _step;
    private readonly Tensor? _tensor;
    private readonly IndexKind _kind;

    private TensorIndex(IndexKind kind, int? start = null, int? stop = null, int step = 1, Tensor? tensor = null)
    {
        _kind = kind;
        _start = start;
        _stop = stop;
        _step = step;
        _tensor = tensor;
    }

    /// <summary>All axes that no other index takes, possibly none; at most one an expression (<c>...</c> in Python).</summary>
    public static TensorIndex Ellipsis => new(IndexKind.Ellipsis);

    /// <summary>A new axis of length 1.</summary>
    public static TensorIndex NewAxis => new(IndexKind.NewAxis);

    /// <summary>One whole axis, always (<c>:</c> in Python).</summary>
    public static TensorIndex All => new(IndexKind.Slice);

    internal IndexKind Kind => _kind;

    internal int Step => _step;

    internal Tensor? Tensor => _tensor;

    internal int Position => _start ?? 0;

    /// <summary>
    /// Every <paramref name="step"/>-th element from <paramref name="start"/> up to, not including, <paramref name="stop"/>.
    /// </summary>
    /// <param name="start">
    /// The first position; negative counts from the end; null is the first one, or the last with a negative step.
    /// </param>
    /// <param name="stop">
    /// Where to end; negative counts from the end; null goes through to the end, or to the first one with a negative step.
    /// </param>
    /// <param name="step">
    /// The distance, not 0. A negative one walks backwards, as in NumPy; the result is then a copy, since no tensor has negative strides
    /// (assignment still writes to the tensor itself).
    /// </param>
    /// <exception cref="ArgumentException">The step is 0.</exception>
    public static TensorIndex Slice(int? start = null, int? stop = null, int step = 1) => step != 0
        ? new TensorIndex(IndexKind.Slice, start, stop, step)
        : throw new ArgumentException(
            "TensorIndex.Slice: the step cannot be 0; use 1 for every element, -1 for all backwards.", nameof(step));

    /// <summary>One position.</summary>
    /// <param name="position">The position; negative counts from the end.</param>
    public static implicit operator TensorIndex(int position) => new(IndexKind.Position, position);

    /// <summary>One position.</summary>
    /// <param name="position">The position; negative counts from the end.</param>
    public static implicit operator TensorIndex(long position) => new(IndexKind.Position, checked((int)position));

    /// <summary>One position, such as <c>^1</c>.</summary>
    /// <param name="position">The position.</param>
    public static implicit operator TensorIndex(Index position) =>
        !position.IsFromEnd ? new TensorIndex(IndexKind.Position, position.Value)
        : position.Value > 0 ? new TensorIndex(IndexKind.Position, -position.Value)
        : new TensorIndex(IndexKind.Position, 0, int.MaxValue);

    /// <summary>A stretch of an axis.</summary>
    /// <param name="range">The stretch; <see cref="Range.All"/> is a whole axis, or the axes that no index takes.</param>
    public static implicit operator TensorIndex(Range range) => range.Equals(Range.All)
        ? new TensorIndex(IndexKind.Rest)
        : new TensorIndex(IndexKind.Slice, Bound(range.Start) ?? int.MaxValue, Bound(range.End));

    /// <summary>Positions, or truth values.</summary>
    /// <param name="tensor">An int64, int32 or bool tensor; null is a new axis.</param>
    public static implicit operator TensorIndex(Tensor? tensor) => tensor is null ? NewAxis : new(IndexKind.Tensor, tensor: tensor);

    /// <summary>Positions along an axis.</summary>
    /// <param name="positions">The positions; negative counts from the end.</param>
    public static implicit operator TensorIndex(int[] positions) => new(IndexKind.Tensor, tensor: DeepLearning.Tensor.From(positions));

    /// <summary>Positions along an axis.</summary>
    /// <param name="positions">The positions; negative counts from the end.</param>
    public static implicit operator TensorIndex(long[] positions) => new(IndexKind.Tensor, tensor: DeepLearning.Tensor.From(positions));

    /// <summary>The positions of an axis where an array is true.</summary>
    /// <param name="mask">A truth value for each position.</param>
    public static implicit operator TensorIndex(bool[] mask) => new(IndexKind.Tensor, tensor: DeepLearning.Tensor.From(mask));

    /// <summary>The index as it would be written.</summary>
    public override string ToString() => _kind switch
    {
        IndexKind.Position => _stop is null ? Text(_start) : "^0",
        IndexKind.Rest => "..",
        IndexKind.Ellipsis => "Ellipsis",
        IndexKind.NewAxis => "null",
        IndexKind.Tensor => $"{_tensor!.DType.Name()}{_tensor.Shape}",
        _ => $"{Text(_start)}:{Text(_stop)}{(_step == 1 ? "" : ":" + Text(_step))}",
    };

    /// <summary>True for <c>^0</c>, which lies behind the last position.</summary>
    internal bool IsBehindEnd => _kind == IndexKind.Position && _stop is not null;

    /// <summary>The first position and the number of them that a slice takes of an axis.</summary>
    internal (int Start, int Count) Resolve(int length)
    {
        // Bounds outside the axis are moved to its ends, as Python does; going backwards the end is one before the first.
        int low = _step > 0 ? 0 : -1, high = _step > 0 ? length : length - 1;
        long start = _start is { } s ? Math.Clamp(s < 0 ? (long)s + length : s, low, high) : _step > 0 ? 0 : length - 1;
        long stop = _stop is { } e ? Math.Clamp(e < 0 ? (long)e + length : e, low, high) : _step > 0 ? length : -1;
        long count = _step > 0 ? (stop - start + _step - 1) / _step : (start - stop - _step - 1L) / -(long)_step;
        return ((int)start, (int)Math.Max(count, 0));
    }

    /// <summary>A bound as Python writes it; null for <c>^0</c>, the end.</summary>
    private static int? Bound(Index bound) => !bound.IsFromEnd ? bound.Value : bound.Value == 0 ? null : -bound.Value;

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}

/// <summary>What a <see cref="TensorIndex"/> is.</summary>
internal enum IndexKind
{
    Position,
    Slice,

    /// <summary><c>..</c>: a whole axis, or the axes that are missing.</summary>
    Rest,
    Ellipsis,
    NewAxis,
    Tensor,
}
