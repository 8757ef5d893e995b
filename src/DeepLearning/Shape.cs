using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace DeepLearning;

/// <summary>The lengths of a tensor's axes, outermost first. The empty shape is that of a single number.</summary>
[DebuggerDisplay("{ToString(),nq}")]
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IReadOnlyList<int>, IEquatable<Shape>
{
    private readonly int[]? _lengths;

    /// <summary>A shape of the given lengths.</summary>
    /// <param name="lengths">The length of each axis, outermost first.</param>
    /// <exception cref="ShapeException">A length is negative.</exception>
    public Shape(params ReadOnlySpan<int> lengths)
    {
        foreach (int length in lengths)
        {
            if (length < 0)
            {
                throw new ShapeException($"Shape: a length cannot be negative: {Format(lengths)}.");
            }
        }

        _lengths = lengths.ToArray();
    }

    private Shape(int[] lengths, bool _) => _lengths = lengths;

    /// <summary>The number of axes.</summary>
    public int Rank => _lengths?.Length ?? 0;

    /// <summary>The number of elements: the product of the lengths (1 for the empty shape).</summary>
    public long Count => CountOf(AsSpan());

    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>The length of an axis; <c>shape[^1]</c> is the innermost.</summary>
    /// <param name="axis">The axis, 0 to rank − 1.</param>
    public int this[int axis] => AsSpan()[axis];

    /// <summary>The lengths of a range of axes.</summary>
    /// <param name="range">The axes.</param>
    public Shape this[Range range] => new(AsSpan()[range].ToArray(), true);

    /// <summary>The number of axes (what makes <c>^1</c> work).</summary>
    public int Length => Rank;

    /// <summary>Builds a shape from a collection expression.</summary>
    /// <param name="lengths">The lengths.</param>
    public static Shape Create(ReadOnlySpan<int> lengths) => new(lengths);

    /// <summary>The lengths as a span.</summary>
    public ReadOnlySpan<int> AsSpan() => _lengths;

    /// <summary>A copy of the lengths.</summary>
    public int[] ToArray() => AsSpan().ToArray();

    /// <summary>The lengths as a span.</summary>
    /// <param name="shape">The shape.</param>
    public static implicit operator ReadOnlySpan<int>(Shape shape) => shape.AsSpan();

    /// <summary>A shape of the given lengths.</summary>
    /// <param name="lengths">The lengths.</param>
    public static implicit operator Shape(int[] lengths) => new(lengths);

    /// <summary>Same lengths.</summary>
    /// <param name="a">One shape.</param>
    /// <param name="b">The other.</param>
    public static bool operator ==(Shape a, Shape b) => a.Equals(b);

    /// <summary>Different lengths.</summary>
    /// <param name="a">One shape.</param>
    /// <param name="b">The other.</param>
    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(Shape other) => ReferenceEquals(_lengths, other._lengths) || AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int length in AsSpan())
        {
            hash.Add(length);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(_lengths ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The lengths in brackets: <c>[32, 784]</c>.</summary>
    public override string ToString() => Format(AsSpan());

    /// <summary>Wraps lengths already checked, without a copy.</summary>
    internal static Shape Own(int[] lengths) => new(lengths, true);

    internal static string Format(ReadOnlySpan<int> lengths)
    {
        System.Text.StringBuilder text = new("[");
        for (int i = 0; i < lengths.Length; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(lengths[i].ToString(CultureInfo.InvariantCulture));
        }

        return text.Append(']').ToString();
    }

    internal static long CountOf(ReadOnlySpan<int> lengths)
    {
        long count = 1;
        foreach (int length in lengths)
        {
            if (length != 0 && count > long.MaxValue / length)
            {
                if (lengths.Contains(0))
                {
                    return 0;
                }

                throw new ShapeException($"Shape: {Format(lengths)} has more elements than can be counted.");
            }

            count *= length;
        }

        return count;
    }

    /// <summary>The length of an axis that an operation makes.</summary>
    /// <exception cref="ShapeException">It is longer than an axis can be.</exception>
    internal static int AxisLength(Int128 length, string operation) => length <= int.MaxValue
        ? (int)length
        : throw new ShapeException($"{operation}: the result would have an axis of length {length}; the most is {int.MaxValue}.");

    /// <summary>a · b, or the greatest number where that is too large to count.</summary>
    internal static long Product(long a, long b) => (long)Int128.Clamp((Int128)a * b, long.MinValue, long.MaxValue);

    /// <summary>The common shape of two operands after broadcasting (NumPy's rule).</summary>
    /// <exception cref="ShapeException">A pair of lengths differs and neither is 1.</exception>
    internal static int[] Broadcast(ReadOnlySpan<int> a, ReadOnlySpan<int> b, string operation)
    {
        int rank = Math.Max(a.Length, b.Length);
        int[] result = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int x = i <= a.Length ? a[^i] : 1, y = i <= b.Length ? b[^i] : 1;
            if (x != y && x != 1 && y != 1)
            {
                throw new ShapeException(
                    $"{operation}: shapes {Format(a)} and {Format(b)} do not broadcast: axis {rank - i} has lengths {x} and {y}; "
                    + "they must be equal or one of them 1.");
            }

            result[^i] = x == 1 ? y : x;
        }

        return result;
    }

    /// <summary>Turns a possibly negative axis into 0 … rank − 1.</summary>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    internal static int Axis(int axis, int rank, string operation)
    {
        // A zero-dimensional tensor accepts 0 and -1, as PyTorch does.
        int limit = Math.Max(rank, 1);
        if (axis < -limit || axis >= limit)
        {
            throw new ShapeException($"{operation}: axis {axis} is out of range for a tensor of rank {rank}; use {-limit} to {limit - 1}.");
        }

        return axis < 0 ? axis + limit : axis;
    }
}
