namespace DeepLearning.TensorBoard;

/// <summary>How often values fall into ranges, as TensorBoard keeps it.</summary>
public sealed record TensorBoardHistogram
{
    /// <summary>The least value.</summary>
    public double Min { get; init; }

    /// <summary>The greatest value.</summary>
    public double Max { get; init; }

    /// <summary>The number of values.</summary>
    public double Count { get; init; }

    /// <summary>Their sum.</summary>
    public double Sum { get; init; }

    /// <summary>The sum of their squares.</summary>
    public double SumOfSquares { get; init; }

    /// <summary>
    /// The right end of each range, ascending. The left end is that of the range before; the first range reaches from −∞.
    /// </summary>
    public IReadOnlyList<double> BucketLimits { get; init; } = [];

    /// <summary>The number of values in each range.</summary>
    public IReadOnlyList<double> BucketCounts { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"histogram of {Count} values from {Min} to {Max}");
}
