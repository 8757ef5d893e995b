namespace DeepLearning;

/// <summary>A number for each of the two spatial axes of an image; a single number stands for both: <c>3</c> is <c>(3, 3)</c>.</summary>
/// <param name="Height">The number for the vertical axis, the last but one.</param>
/// <param name="Width">The number for the horizontal axis, the last.</param>
public readonly record struct Pair(int Height, int Width)
{
    /// <summary>The same number for both axes.</summary>
    /// <param name="both">The number.</param>
    public static implicit operator Pair(int both) => new(both, both);

    /// <summary>A number for each axis.</summary>
    /// <param name="pair">Height first, then width.</param>
    public static implicit operator Pair((int Height, int Width) pair) => new(pair.Height, pair.Width);

    /// <summary>The number when it is the same for both axes, else <c>(height, width)</c>.</summary>
    public override string ToString() => Height == Width
        ? Height.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : FormattableString.Invariant($"({Height}, {Width})");
}
