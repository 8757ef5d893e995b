using DeepLearning.Backends;

namespace DeepLearning;

/// <content>
/// The elements' memory, which only the backend touches. Between devices elements go through the host, as bytes of contiguous tensors.
/// </content>
internal abstract partial class Backend
{
    /// <summary>Memory for a result, uninitialized.</summary>
    public abstract Storage Allocate(long bytes);

    /// <summary>
    /// Writes bytes of the host over those of a contiguous tensor from the byte <paramref name="start"/> on; done when it returns.
    /// </summary>
    public abstract void Write(ReadOnlySpan<byte> source, Tensor destination, long start);

    /// <summary>Reads bytes of a contiguous tensor from the byte <paramref name="start"/> on; done when it returns.</summary>
    public abstract void Read(Tensor source, long start, Span<byte> destination);

    /// <summary>
    /// Copies a contiguous tensor of this device to one of the same type and shape on another, past the host; false where it cannot.
    /// </summary>
    public virtual bool TryCopyTo(Tensor source, Tensor destination) => false;

    /// <summary>Returns when all that was asked of the device is done. Nothing to wait for where operations run at once.</summary>
    public virtual void Synchronize()
    {
    }

    /// <summary>A backward pass has ended, and its graph is garbage: memory may be collected now.</summary>
    public virtual void OnBackwardEnd() => BufferPool.OnBackwardEnd();
}
