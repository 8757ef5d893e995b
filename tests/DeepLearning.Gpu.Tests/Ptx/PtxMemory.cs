namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>
/// A GPU's memory: blocks that were allocated, far apart, each access inside one of them and aligned. Pages are made when touched, so a
/// block may be larger than the host's memory.
/// </summary>
internal sealed class PtxMemory
{
    private const int PageBits = 12;

    private readonly List<(ulong Start, ulong End)> _blocks = [];
    private readonly Dictionary<ulong, byte[]> _pages = [];
    private ulong _top = 1UL << 32;
    private (ulong Start, ulong End) _last;
    private ulong _lastPage = ulong.MaxValue;
    private byte[] _lastBytes = [];

    public ulong Allocate(long bytes)
    {
        ulong start = _top;
        _blocks.Add((start, start + (ulong)bytes));
        _top = (start + (ulong)bytes + 8191) & ~4095UL;
        return start;
    }

    public ulong Put(ReadOnlySpan<byte> data)
    {
        ulong start = Allocate(data.Length);
        for (int i = 0; i < data.Length; i++)
        {
            Page(start + (ulong)i)[(int)((start + (ulong)i) & 4095)] = data[i];
        }

        return start;
    }

    public byte[] Get(ulong start, int bytes)
    {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++)
        {
            data[i] = Page(start + (ulong)i)[(int)((start + (ulong)i) & 4095)];
        }

        return data;
    }

    public Span<byte> At(ulong address, int size)
    {
        if ((address & (ulong)(size - 1)) != 0)
        {
            throw new InvalidOperationException($"{size} bytes at 0x{address:x} are not aligned.");
        }

        if (address < _last.Start || address + (ulong)size > _last.End)
        {
            _last = _blocks.Find(block => address >= block.Start && address + (ulong)size <= block.End);
            if (_last.End == 0)
            {
                throw new InvalidOperationException($"{size} bytes at 0x{address:x} are outside of every block of memory.");
            }
        }

        return Page(address).AsSpan((int)(address & 4095), size);
    }

    private byte[] Page(ulong address)
    {
        ulong number = address >> PageBits;
        if (number != _lastPage)
        {
            if (!_pages.TryGetValue(number, out byte[]? page))
            {
                _pages[number] = page = new byte[1 << PageBits];
            }

            (_lastPage, _lastBytes) = (number, page);
        }

        return _lastBytes;
    }
}
