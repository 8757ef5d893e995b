namespace DeepLearning.Backends;

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

    /// <summary>
    /// The linear recurrence yᵢ = aᵢ yᵢ₋₁ + bᵢ with y₋₁ = initial; no b means zeros. In reverse from the end of each row.
    /// </summary>
    public virtual bool TryLinearScanRows(Tensor a, Tensor? b, double initial, bool reverse, Tensor y) => false;

    /// <summary>The greatest or least element of each row and its first position; a NaN is both.</summary>
    public virtual bool TryExtremeRows(bool greatest, Tensor x, Tensor y, Tensor positions) => false;

    /// <summary>Sorts each row, keeping the order of equals, and tells where the elements came from.</summary>
    public abstract void SortRows(Tensor x, bool descending, Tensor y, Tensor positions);

    /// <summary>The first elements of each sorted row, as many as a row of y holds.</summary>
    public virtual bool TryTopRows(Tensor x, bool descending, Tensor y, Tensor positions) => false;

    /// <summary>The element at position k (from 0) of each sorted row.</summary>
    public virtual bool TrySelectRows(Tensor x, int k, Tensor y, Tensor positions) => false;

    /// <summary>
    /// For each value the number of elements in the row of <paramref name="sorted"/> with the same number (or in the only row) that are
    /// below it, or not above it for <paramref name="right"/>.
    /// </summary>
    public virtual bool TrySearchRows(Tensor sorted, Tensor values, bool right, Tensor y) => false;

    /// <summary>y[bin] = the number (or summed weight) of the elements of x equal to bin; those below 0 are left out.</summary>
    public virtual bool TryCount(Tensor bins, Tensor? weights, Tensor y) => false;

    /// <summary>y = exp(x − max x) / Σ exp(x − max x), row by row.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TrySoftmax(Tensor x, Tensor y) => false;

    /// <summary>dx = y (dy − Σ y dy)</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TrySoftmaxBackward(Tensor y, Tensor dy, Tensor dx) => false;

    /// <summary>y = x − max x − ln Σ exp(x − max x), row by row.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLogSoftmax(Tensor x, Tensor y) => false;

    /// <summary>dx = dy − exp(y) Σ dy</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLogSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) => false;

    /// <summary>
    /// Turns products a·b of centered rows into the distances of rows a [.., m, k] and b [.., n, k]: √(‖a‖² + ‖b‖² − 2·a·b) from the
    /// squared lengths of the centered rows; from the differences a − b where that is less than <paramref name="share"/> of the squares,
    /// or not in the range of the type.
    /// </summary>
    public virtual bool TryRowDistances(Tensor a, Tensor b, Tensor squaresA, Tensor squaresB, double share, Tensor products) => false;
}
