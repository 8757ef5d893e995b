namespace DeepLearning;

/// <summary>What runs along the rows of a tensor, each element from those before it.</summary>
internal enum Scan
{
    Sum,
    Max,
    Min,
    LogSumExp,
}

/// <summary>
/// Operations along the last axis of contiguous tensors of a type that is computed in (no 16-bit floats). Positions are int64. NaN counts
/// as the greatest.
/// </summary>
internal abstract partial class Backend
{
    /// <summary>y = the running total of each row; for Max and Min also the position it came from (the last among equals).</summary>
    public abstract void ScanRows(Scan scan, Tensor x, Tensor y, Tensor? positions);

    /// <summary>Sorts each row, keeping the order of equals, and tells where the elements came from.</summary>
    public abstract void SortRows(Tensor x, bool descending, Tensor y, Tensor positions);
}
