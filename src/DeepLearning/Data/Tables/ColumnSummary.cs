namespace DeepLearning.Data;

/// <summary>What is in a column. Figures that do not apply to it are NaN or null.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">What its cells are.</param>
/// <param name="Count">Cells that are not missing; all other figures are over these.</param>
/// <param name="Missing">Cells that are missing.</param>
/// <param name="Unique">Different values.</param>
public sealed record ColumnSummary(string Name, ColumnKind Kind, int Count, int Missing, int Unique)
{
    /// <summary>The mean of the numbers.</summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>The sample standard deviation √(Σ(x − mean)² / (n − 1)); infinite where an infinite number stands among others.</summary>
    public double Std { get; init; } = double.NaN;

    /// <summary>The smallest number.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>The number that a quarter of the others lies below, interpolated linearly.</summary>
    public double LowerQuartile { get; init; } = double.NaN;

    /// <summary>The number in the middle.</summary>
    public double Median { get; init; } = double.NaN;

    /// <summary>The number that three quarters of the others lie below.</summary>
    public double UpperQuartile { get; init; } = double.NaN;

    /// <summary>The largest number.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>The most frequent text, the first in order among equals.</summary>
    public string? Top { get; init; }

    /// <summary>How often the most frequent text comes.</summary>
    public int TopCount { get; init; }
}
