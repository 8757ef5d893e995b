namespace DeepLearning;

/// <summary>A block of memory that one or more tensors view. Counts its tensors, so that a scope can return it early.</summary>
internal abstract class Storage(Device device)
{
    private int _tensors;

    /// <summary>Grows with every in-place write; saved tensors compare it.</summary>
    public int Version;

    public Device Device { get; } = device;

    public abstract long ByteLength { get; }

    /// <summary>True for memory of the caller's, over which there may be other storages.</summary>
    public virtual bool IsForeign => false;

    /// <summary>True while exactly one live tensor object refers to this block.</summary>
    public bool IsSole => Volatile.Read(ref _tensors) == 1;

    public void AddTensor() => Interlocked.Increment(ref _tensors);

    /// <summary>Takes back one tensor; the last one returns the block to its pool.</summary>
    public void RemoveTensor()
    {
        if (Interlocked.Decrement(ref _tensors) == 0)
        {
            Version = 0;
            Return();
        }
    }

    /// <summary>Gives the memory back for reuse; nobody refers to it any more.</summary>
    protected abstract void Return();
}
