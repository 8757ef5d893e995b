namespace DeepLearning.Backends.Cpu;

/// <summary>Axes of a tensor in some order, neighbors merged where they follow one another; turns a position into an offset.</summary>
internal sealed class BlockAddress
{
    private readonly long[] _lengths;
    private readonly long[] _strides;

    public BlockAddress(Layout layout, ReadOnlySpan<int> axes)
    {
        List<long> lengths = [], strides = [];
        Count = 1;
        foreach (int axis in axes)
        {
            long length = layout.Lengths[axis], stride = layout.Strides[axis];
            Count *= length;
            if (length == 1)
            {
                continue;
            }

            if (lengths.Count > 0 && strides[^1] == stride * length)
            {
                lengths[^1] *= length;
                strides[^1] = stride;
            }
            else
            {
                lengths.Add(length);
                strides.Add(stride);
            }
        }

        _lengths = [.. lengths];
        _strides = [.. strides];
    }

    /// <summary>The number of positions.</summary>
    public long Count { get; }

    /// <summary>The length of the innermost merged axis; 1 when there is none.</summary>
    public long RunLength => _lengths.Length == 0 ? 1 : _lengths[^1];

    /// <summary>The stride of the innermost merged axis.</summary>
    public long RunStride => _lengths.Length == 0 ? 1 : _strides[^1];

    /// <summary>The number of runs along the innermost merged axis.</summary>
    public long Runs => Count == 0 ? 0 : Count / RunLength;

    public long Offset(long position) => Offset(position, _lengths.Length);

    /// <summary>The offset of the first element of a run.</summary>
    public long RunOffset(long run) => Offset(run, _lengths.Length - 1);

    private long Offset(long position, int axes)
    {
        long offset = 0;
        for (int axis = axes - 1; axis > 0; axis--)
        {
            (position, long rest) = Math.DivRem(position, _lengths[axis]);
            offset += rest * _strides[axis];
        }

        return axes > 0 ? offset + (position * _strides[0]) : offset;
    }
}
