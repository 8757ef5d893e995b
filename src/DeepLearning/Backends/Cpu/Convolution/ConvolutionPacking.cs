using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// An output gradient as an operand: lines are output channels, k runs over positions of several planes, which are counted through all
/// images from the data's plane 0 on.
/// </summary>
internal readonly unsafe struct GradientPacker<T>(
    T* data, long channelStride, int firstPlane, int planes, long planeStride, long imageStride, int positions) : IGemmPacker<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Pack<V, TSimd>(T* panel, int width, int first, int count, int k0, int kCount)
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        for (var done = 0; done < kCount;)
        {
            var (plane, at) = Math.DivRem(k0 + done, positions);
            var (image, slice) = Math.DivRem(firstPlane + plane, planes);
            var length = Math.Min(positions - at, kCount - done);
            new StridedPacker<T>(data + (image * imageStride) + (slice * planeStride), channelStride, 1)
                .Pack<V, TSimd>(panel + ((long)done * width), width, first, count, at, length);
            done += length;
        }
    }
}

/// <summary>
/// A window's padded copy as an operand: lines are channels and taps at listed offsets, k runs over the output positions of several
/// images.
/// </summary>
internal readonly unsafe struct TapPacker<T>(T* copy, nint* offsets, int rows, int columns, int rowStride, int imageStride) : IGemmPacker<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Pack<V, TSimd>(T* panel, int width, int first, int count, int k0, int kCount)
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        if (count < width)
        {
            new Span<T>(panel, width * kCount).Clear();
        }

        var (line, x) = Math.DivRem(k0, columns);
        var (image, y) = Math.DivRem(line, rows);
        while (kCount > 0)
        {
            var length = Math.Min(columns - x, kCount);
            var source = copy + ((long)image * imageStride) + ((long)y * rowStride) + x;
            TransposeBlock.Gather(source, offsets + first, count, length, panel, width);
            panel += (long)length * width;
            kCount -= length;
            x = 0;
            if (++y == rows)
            {
                y = 0;
                image++;
            }
        }
    }
}
