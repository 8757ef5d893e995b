namespace DeepLearning.Backends;

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

    /// <summary>The position of the first index outside [low, high), or −1.</summary>
    public virtual bool TryFindOutside(Tensor index, long low, long high, out long position)
    {
        position = -1;
        return false;
    }

    /// <summary>
    /// The coordinates of the true elements of a contiguous bool tensor in row-major order: int64 [rank, count]; null where the device does
    /// not find them by itself.
    /// </summary>
    public virtual Tensor? TryNonZero(Tensor mask) => null;

    /// <summary>The matrices of a contiguous tensor with one triangle kept and the other set to 0.</summary>
    public virtual bool TryTriangle(Tensor x, Tensor y, int diagonal, bool lower) => false;
}
