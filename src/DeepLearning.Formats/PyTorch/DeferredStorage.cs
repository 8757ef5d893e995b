using DeepLearning.Backends;

namespace DeepLearning.Formats;

/// <summary>Memory of a tensor in a file, which is taken and filled when it is first looked at, and can be given back.</summary>
/// <param name="byteLength">How many bytes it has.</param>
/// <param name="fill">Reads them from the file.</param>
internal sealed class DeferredStorage(long byteLength, Action<HostStorage> fill) : HostStorage
{
    private readonly Lock _filling = new();
    private HostStorage? _memory;

    public override long ByteLength => byteLength;

    public bool IsFilled => Volatile.Read(ref _memory) is not null;

    public override ref byte First => ref Fill().First;

    /// <summary>Reads the bytes, unless they are there.</summary>
    /// <exception cref="ModelFileException">The file is damaged.</exception>
    public HostStorage Fill()
    {
        lock (_filling)
        {
            if (_memory is null)
            {
                HostStorage memory = BufferPool.Rent(byteLength);
                memory.AddTensor();
                fill(memory);
                _memory = memory;
            }

            return _memory;
        }
    }

    /// <summary>Gives the memory back; who looks again makes it be read again.</summary>
    public void Release()
    {
        lock (_filling)
        {
            _memory?.RemoveTensor();
            _memory = null;
        }
    }

    protected override void Return() => Release();
}
