using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Register tiles whose rows of B stand at listed offsets: a window's taps, read where they lie. A is packed in panels of as many
/// rows as the tile has. Whole vectors of all rows are written to <c>c</c>.
/// </summary>
internal static unsafe class ConvolutionTile<T, V, TSimd, TRow>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
    where TRow : struct, IGemmRow<TRow, T, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile8(nint k, T* a, T* b, nint* offsets, T* c, nint cStride)
    {
        TRow r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        for (; k >= 2; k -= 2)
        {
            var row = TRow.Load(b + offsets[0]);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[2]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[3]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a[4]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a[5]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a[6]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a[7]), in row, ref r7);
            row = TRow.Load(b + offsets[1]);
            TRow.MultiplyAdd(TSimd.Broadcast(a[8]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[9]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[10]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[11]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a[12]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a[13]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a[14]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a[15]), in row, ref r7);
            a += 16;
            offsets += 2;
        }

        if (k > 0)
        {
            var row = TRow.Load(b + *offsets);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[2]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[3]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a[4]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a[5]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a[6]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a[7]), in row, ref r7);
        }

        TRow.Store(r0, c);
        c += cStride;
        TRow.Store(r1, c);
        c += cStride;
        TRow.Store(r2, c);
        c += cStride;
        TRow.Store(r3, c);
        c += cStride;
        TRow.Store(r4, c);
        c += cStride;
        TRow.Store(r5, c);
        c += cStride;
        TRow.Store(r6, c);
        c += cStride;
        TRow.Store(r7, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4(nint k, T* a, T* b, nint* offsets, T* c, nint cStride)
    {
        TRow r0 = default, r1 = default, r2 = default, r3 = default;
        for (; k >= 2; k -= 2)
        {
            var row = TRow.Load(b + offsets[0]);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[2]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[3]), in row, ref r3);
            row = TRow.Load(b + offsets[1]);
            TRow.MultiplyAdd(TSimd.Broadcast(a[4]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[5]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[6]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[7]), in row, ref r3);
            a += 8;
            offsets += 2;
        }

        if (k > 0)
        {
            var row = TRow.Load(b + *offsets);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[2]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[3]), in row, ref r3);
        }

        TRow.Store(r0, c);
        c += cStride;
        TRow.Store(r1, c);
        c += cStride;
        TRow.Store(r2, c);
        c += cStride;
        TRow.Store(r3, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
