using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Supplies one operand of a product to the blocked kernel, panel by panel. The operand is seen as lines (rows of A, columns
/// of B) that each run along k. A strided matrix is one; a convolution that gathers image patches is another.
/// </summary>
internal unsafe interface IGemmPacker<T>
    where T : unmanaged
{
    /// <summary>
    /// Writes <paramref name="kCount"/> rows of <paramref name="width"/> elements: element (p, j) is the operand's line
    /// <c>first + j</c> at <c>k0 + p</c>, and zero where j is <paramref name="count"/> or more.
    /// </summary>
    void Pack<V, TSimd>(T* panel, int width, int first, int count, int k0, int kCount)
        where V : struct
        where TSimd : struct, ISimd<T, V>;
}

/// <summary>A matrix in memory with any strides, in elements: between lines and along k.</summary>
internal readonly unsafe struct StridedPacker<T>(T* data, long lineStride, long kStride) : IGemmPacker<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Pack<V, TSimd>(T* panel, int width, int first, int count, int k0, int kCount)
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        var source = data + (first * lineStride) + (k0 * kStride);
        if (lineStride == 1 || count == 1)
        {
            CopyRows<V, TSimd>(panel, width, source, count, kCount);
        }
        else if (kStride == 1)
        {
            if (count < width)
            {
                new Span<T>(panel, width * kCount).Clear();
            }

            TransposeBlock.Run(source, lineStride, count, kCount, panel, width);
        }
        else
        {
            for (var p = 0; p < kCount; p++)
            {
                for (var j = 0; j < width; j++)
                {
                    panel[j] = j < count ? source[j * lineStride] : default;
                }

                panel += width;
                source += kStride;
            }
        }
    }

    /// <summary>The lines stand side by side in memory: every row of the panel is a copy.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CopyRows<V, TSimd>(T* panel, int width, T* source, int count, int kCount)
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        if (width < TSimd.Count)
        {
            var step = width * sizeof(T);
            if (count == width && (step == Vector128<byte>.Count || step == Vector256<byte>.Count))
            {
                for (var p = 0; p < kCount; p++)
                {
                    if (step == Vector256<byte>.Count)
                    {
                        Vector256.Load((byte*)source).Store((byte*)panel);
                    }
                    else
                    {
                        Vector128.Load((byte*)source).Store((byte*)panel);
                    }

                    panel += width;
                    source += kStride;
                }

                return;
            }

            for (var p = 0; p < kCount; p++)
            {
                for (var j = 0; j < width; j++)
                {
                    panel[j] = j < count ? source[j] : default;
                }

                panel += width;
                source += kStride;
            }

            return;
        }

        for (var p = 0; p < kCount; p++)
        {
            var j = 0;
            for (; j + TSimd.Count <= count; j += TSimd.Count)
            {
                TSimd.Store(panel + j, TSimd.Load(source + j));
            }

            if (j < count)
            {
                TSimd.Store(panel + j, TSimd.LoadPartial(source + j, count - j));
                j += TSimd.Count;
            }

            for (; j < width; j += TSimd.Count)
            {
                TSimd.Store(panel + j, TSimd.Zero);
            }

            panel += width;
            source += kStride;
        }
    }
}
