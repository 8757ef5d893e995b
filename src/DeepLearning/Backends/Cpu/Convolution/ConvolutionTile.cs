using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Reads a window's taps where they lie, through their offsets.</summary>
internal static unsafe class ConvolutionTile<T, V, TSimd, TRow>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
    where TRow : struct, IGemmRow<TRow, T, V>
{
    /// <summary>
    /// Gathers a panel: row p is made of vectors from places behind the p-th offset to places in the row, in ascending order. A vector may
    /// reach over the next one's place or the row's end, which are written after it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Gather(int k, T* b, nint* offsets, int vectors, nint* from, nint* to, T* panel)
    {
        var width = TRow.Vectors * TSimd.Count;
        if (vectors == TRow.Vectors && to[vectors - 1] == (vectors - 1) * TSimd.Count)
        {
            // Whole vectors beside each other.
            var (first, second, third) = (from[0], from[TRow.Vectors > 1 ? 1 : 0], from[TRow.Vectors > 2 ? 2 : 0]);
            for (var p = 0; p < k; p++, panel += width)
            {
                var taps = b + offsets[p];
                TRow.Store(TRow.Load(taps + first, taps + second, taps + third), panel);
            }

            return;
        }

        for (var p = 0; p < k; p++, panel += width)
        {
            var taps = b + offsets[p];
            for (var i = 0; i < vectors; i++)
            {
                TSimd.Store(panel + to[i], TSimd.Load(taps + from[i]));
            }
        }
    }

    /// <summary>Sums of one output channel, straight from the offsets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Tile1(nint k, T* a, T* b, nint* offsets, T* c)
    {
        TRow r0 = default;
        for (; k >= 2; k -= 2)
        {
            var row = TRow.Load(b + offsets[0]);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            row = TRow.Load(b + offsets[1]);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r0);
            a += 2;
            offsets += 2;
        }

        if (k > 0)
        {
            var row = TRow.Load(b + *offsets);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
        }

        TRow.Store(r0, c);
    }

    /// <summary>
    /// Sums of eight output channels, straight from the offsets: each row of the panel is whole vectors at <paramref name="from"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Tile8(nint k, T* a, T* b, nint* offsets, nint* from, T* c, nint cStride, bool accumulate)
    {
        var (first, second, third) = (from[0], from[TRow.Vectors > 1 ? 1 : 0], from[TRow.Vectors > 2 ? 2 : 0]);
        TRow r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        for (; k > 0; k--)
        {
            var taps = b + *offsets++;
            var row = TRow.Load(taps + first, taps + second, taps + third);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[2]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[3]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a[4]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a[5]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a[6]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a[7]), in row, ref r7);
            a += 8;
        }

        if (accumulate)
        {
            TRow.Add(r0, c);
            TRow.Add(r1, c + cStride);
            TRow.Add(r2, c + (2 * cStride));
            TRow.Add(r3, c + (3 * cStride));
            TRow.Add(r4, c + (4 * cStride));
            TRow.Add(r5, c + (5 * cStride));
            TRow.Add(r6, c + (6 * cStride));
            TRow.Add(r7, c + (7 * cStride));
        }
        else
        {
            TRow.Store(r0, c);
            TRow.Store(r1, c + cStride);
            TRow.Store(r2, c + (2 * cStride));
            TRow.Store(r3, c + (3 * cStride));
            TRow.Store(r4, c + (4 * cStride));
            TRow.Store(r5, c + (5 * cStride));
            TRow.Store(r6, c + (6 * cStride));
            TRow.Store(r7, c + (7 * cStride));
        }
    }
}
