namespace DeepLearning;

/// <summary>How a scattered value meets the element that is there.</summary>
internal enum ScatterMode
{
    Set,
    Add,
    Multiply,
    Max,
    Min,
}

/// <summary>
/// Reading and writing at computed places. Indices are contiguous int64, already checked and not negative. Writes to one place happen in
/// the order of the indices, whatever the number of threads.
/// </summary>
internal abstract partial class Backend
{
    /// <summary>Whether there is <see cref="SumRuns"/>.</summary>
    public virtual bool SumsRuns => false;

    /// <summary>
    /// Row r of y is the sum of so many rows of values as counts[r], which is not 0: order lists them for one run after the other. All are
    /// contiguous, counts and order int64, and y has the type of the values.
    /// </summary>
    public virtual void SumRuns(Tensor values, Tensor order, Tensor counts, Tensor y) =>
        throw new NotSupportedException($"Runs are not summed on {y.Device}.");

    /// <summary>y = x[selection]; y is contiguous.</summary>
    public abstract void GatherBlocks(Tensor x, Selection selection, Tensor y);

    /// <summary>y[selection] = combine(y[selection], values); values are contiguous, of the selection's shape and y's type.</summary>
    public abstract void ScatterBlocks(Tensor y, Selection selection, Tensor values, ScatterMode mode);

    /// <summary>y[i, j, k] = x[i, index[i, j, k], k] for the axis in the middle; y is contiguous and has the index's shape.</summary>
    public abstract void GatherAxis(Tensor x, int axis, Tensor index, Tensor y);

    /// <summary>
    /// y[i, index[i, j, k], k] = combine(that, values[i, j, k]); values are contiguous, of the index's shape and y's type.
    /// </summary>
    public abstract void ScatterAxis(Tensor y, int axis, Tensor index, Tensor values, ScatterMode mode);
}
