using System.Globalization;

namespace DeepLearning;

/// <summary>
/// A factor for each spatial axis: <c>2</c> stands for all of them, <c>(2, 1.5)</c> for height and width, <c>(1, 2, 2)</c> for depth,
/// height and width.
/// </summary>
public readonly record struct ScalePerAxis
{
    private readonly double _second;
    private readonly double _third;

    private ScalePerAxis(int count, double first, double second, double third)
    {
        Count = count;
        First = first;
        _second = second;
        _third = third;
    }

    /// <summary>How many axes there are factors for; 1 where a single one stands for all of them.</summary>
    public int Count { get; }

    private double First { get; }

    /// <summary>The factor for an axis.</summary>
    /// <param name="axis">The axis, 0 for the first of the spatial ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no factor for that axis.</exception>
    public double this[int axis]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(axis);
            return Count <= 1 || axis == 0 ? First
                : axis >= Count ? throw new ArgumentOutOfRangeException(nameof(axis), axis, $"{this} has a factor for {Count} axes.")
                : axis == 1 ? _second : _third;
        }
    }

    /// <summary>The same factor for every axis.</summary>
    /// <param name="every">The factor.</param>
    public static implicit operator ScalePerAxis(double every) => new(1, every, 0, 0);

    /// <summary>A factor for each of two axes.</summary>
    /// <param name="factors">Height first, then width.</param>
    public static implicit operator ScalePerAxis((double Height, double Width) factors) => new(2, factors.Height, factors.Width, 0);

    /// <summary>A factor for each of three axes.</summary>
    /// <param name="factors">Depth first, then height and width.</param>
    public static implicit operator ScalePerAxis((double Depth, double Height, double Width) factors) =>
        new(3, factors.Depth, factors.Height, factors.Width);

    /// <summary>The factor, or <c>(height, width)</c> or <c>(depth, height, width)</c>.</summary>
    public override string ToString() => Count switch
    {
        2 => string.Create(CultureInfo.InvariantCulture, $"({First}, {_second})"),
        3 => string.Create(CultureInfo.InvariantCulture, $"({First}, {_second}, {_third})"),
        _ => First.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Refuses factors for another number of axes, and such as are not above 0 and below a limit.</summary>
    internal void Check(int axes, double limit, string what, string operation)
    {
        if (Count > 1 && Count != axes)
        {
            throw new ArgumentException(
                $"{operation}: a {what} of {this} has {Count} numbers; it must be one" + (axes == 1 ? "." : $", or {axes} of them."), what);
        }

        for (int axis = 0; axis < axes; axis++)
        {
            if (!(this[axis] > 0 && this[axis] < limit))
            {
                throw new ArgumentException(
                    $"{operation}: a {what} of {this} does not fit; it must be above 0"
                    + (double.IsFinite(limit) ? FormattableString.Invariant($" and below {limit}.") : ", and finite."), what);
            }
        }
    }
}
