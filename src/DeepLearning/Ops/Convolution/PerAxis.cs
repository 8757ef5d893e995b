using System.Globalization;

namespace DeepLearning;

/// <summary>
/// A number for each spatial axis of a convolution or pooling: <c>3</c> stands for all of them, <c>(3, 5)</c> for height and width,
/// <c>(2, 3, 5)</c> for depth, height and width. Numbers that are all the same equal the single one.
/// </summary>
public readonly struct PerAxis : IEquatable<PerAxis>
{
    private readonly int _first;
    private readonly int _second;
    private readonly int _third;

    private PerAxis(int count, int first, int second, int third) => (Count, _first, _second, _third) = (count, first, second, third);

    /// <summary>How many axes there are numbers for; 1 where a single number stands for all of them.</summary>
    public int Count => field == 0 ? 1 : field;

    /// <summary>The number for an axis.</summary>
    /// <param name="axis">The axis, 0 for the first of the spatial ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no number for that axis.</exception>
    public int this[int axis]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(axis);
            return Count == 1 || axis == 0 ? _first
                : axis >= Count ? throw new ArgumentOutOfRangeException(nameof(axis), axis, $"{this} has a number for {Count} axes.")
                : axis == 1 ? _second : _third;
        }
    }

    private bool IsOne => Count == 1 || (_second == _first && (Count == 2 || _third == _first));

    /// <summary>The same number for every axis.</summary>
    /// <param name="every">The number.</param>
    public static implicit operator PerAxis(int every) => new(1, every, 0, 0);

    /// <summary>A number for each of two axes.</summary>
    /// <param name="numbers">Height first, then width.</param>
    public static implicit operator PerAxis((int Height, int Width) numbers) => new(2, numbers.Height, numbers.Width, 0);

    /// <summary>A number for each of three axes.</summary>
    /// <param name="numbers">Depth first, then height and width.</param>
    public static implicit operator PerAxis((int Depth, int Height, int Width) numbers) =>
        new(3, numbers.Depth, numbers.Height, numbers.Width);

    /// <summary>Whether both give every axis the same number.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    public static bool operator ==(PerAxis left, PerAxis right) => left.Equals(right);

    /// <summary>Whether they differ for an axis.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    public static bool operator !=(PerAxis left, PerAxis right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(PerAxis other) => IsOne || other.IsOne
        ? IsOne && other.IsOne && _first == other._first
        : (Count, _first, _second, _third) == (other.Count, other._first, other._second, other._third);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PerAxis other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => IsOne ? _first : HashCode.Combine(Count, _first, _second, _third);

    /// <summary>The number when it is the same for every axis, else <c>(height, width)</c> or <c>(depth, height, width)</c>.</summary>
    public override string ToString() => IsOne ? _first.ToString(CultureInfo.InvariantCulture)
        : Count == 2 ? FormattableString.Invariant($"({_first}, {_second})")
        : FormattableString.Invariant($"({_first}, {_second}, {_third})");

    /// <summary>Refuses numbers for another number of axes, or below the least one.</summary>
    internal void Check(int axes, int least, string what, string operation)
    {
        if (Count != 1 && Count != axes)
        {
            throw new ArgumentException(
                $"{operation}: {Article(what)} {what} of {this} has {Count} numbers; it must be one"
                + (axes == 1 ? "." : $", or {axes} of them."),
                ArgumentOf(what));
        }

        for (int axis = 0; axis < axes; axis++)
        {
            if (this[axis] < least)
            {
                throw new ArgumentException(
                    $"{operation}: {Article(what)} {what} of {this} does not fit; it must "
                    + $"{(least == 0 ? "not be negative" : $"be at least {least}")}.",
                    ArgumentOf(what));
            }
        }
    }

    private static string Article(string what) => what[0] is 'i' or 'o' ? "an" : "a";

    /// <summary>The argument's name: "kernelSize" for a kernel size.</summary>
    private static string ArgumentOf(string what)
    {
        int space = what.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? what : what[..space] + char.ToUpperInvariant(what[space + 1]) + what[(space + 2)..];
    }

    /// <summary>Refuses an output padding that is negative or neither below the stride nor below the dilation.</summary>
    internal void CheckOutputPadding(int axes, PerAxis stride, PerAxis dilation, string operation)
    {
        Check(axes, 0, "output padding", operation);
        for (int axis = 0; axis < axes; axis++)
        {
            if (this[axis] >= Math.Max(stride[axis], dilation[axis]))
            {
                throw new ArgumentException(
                    $"{operation}: an output padding of {this} does not fit a stride of {stride} and a dilation of {dilation}; it must be "
                    + "smaller than the greater of the two.",
                    ArgumentOf("output padding"));
            }
        }
    }
}
