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
        if (vectors <= 3 && vectors == TRow.Vectors && to[vectors - 1] == (vectors - 1) * TSimd.Count)
        {
            // Whole vectors beside each other.
            var (first, second, third) = (from[0], from[Math.Min(1, vectors - 1)], from[vectors - 1]);
            for (var p = 0; p < k; p++, panel += width)
            {
                var taps = b + offsets[p];
                TSimd.Store(panel, TSimd.Load(taps + first));
                if (TRow.Vectors > 1)
                {
                    TSimd.Store(panel + TSimd.Count, TSimd.Load(taps + second));
                }

                if (TRow.Vectors > 2)
                {
                    TSimd.Store(panel + (2 * TSimd.Count), TSimd.Load(taps + third));
                }
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
}
