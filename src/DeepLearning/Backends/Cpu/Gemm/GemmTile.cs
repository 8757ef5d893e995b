using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The register tiles: sums over k for 8, 4 or 1 rows of C and one <typeparamref name="TRow"/> of columns. A is read by
/// broadcast with any strides, packed or not; B row by row. Each element is one chain of multiply-adds in the order of k, the
/// same in every tile, so a value does not depend on where in C it stands.
/// </summary>
/// <remarks>
/// A tile writes whole vectors of all its rows; where C has fewer (<c>rows</c> &lt; 8), the missing rows repeat the last
/// row of A and the caller gives a scratch tile as C. No call may follow the loop: the JIT would keep all sums in memory.
/// </remarks>
internal static unsafe class GemmTile<T, V, TSimd, TRow>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
    where TRow : struct, IGemmRow<TRow, T, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Packed8(nint k, T* a, T* b, T* c, nint cStride, bool accumulate)
    {
        var address = c;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);

        TRow r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        for (; k >= 4; k -= 4)
        {
            var row = TRow.Load(b);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[2]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[3]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a[4]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a[5]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a[6]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a[7]), in row, ref r7);
            row = TRow.Load(b + (1 * TRow.Vectors * TSimd.Count));
            TRow.MultiplyAdd(TSimd.Broadcast(a[8]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[9]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[10]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[11]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a[12]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a[13]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a[14]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a[15]), in row, ref r7);
            row = TRow.Load(b + (2 * TRow.Vectors * TSimd.Count));
            TRow.MultiplyAdd(TSimd.Broadcast(a[16]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[17]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[18]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[19]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a[20]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a[21]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a[22]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a[23]), in row, ref r7);
            row = TRow.Load(b + (3 * TRow.Vectors * TSimd.Count));
            TRow.MultiplyAdd(TSimd.Broadcast(a[24]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[25]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[26]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[27]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a[28]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a[29]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a[30]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a[31]), in row, ref r7);
            a += 32;
            b += 4 * TRow.Vectors * TSimd.Count;
        }

        for (; k > 0; k--)
        {
            var row = TRow.Load(b);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[2]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[3]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a[4]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a[5]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a[6]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a[7]), in row, ref r7);
            a += 8;
            b += TRow.Vectors * TSimd.Count;
        }

        if (accumulate)
        {
            TRow.Add(r0, c);
            c += cStride;
            TRow.Add(r1, c);
            c += cStride;
            TRow.Add(r2, c);
            c += cStride;
            TRow.Add(r3, c);
            c += cStride;
            TRow.Add(r4, c);
            c += cStride;
            TRow.Add(r5, c);
            c += cStride;
            TRow.Add(r6, c);
            c += cStride;
            TRow.Add(r7, c);
        }
        else
        {
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
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Packed4(nint k, T* a, T* b, T* c, nint cStride, bool accumulate)
    {
        var address = c;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);
        address += cStride;
        TRow.Prefetch(address);

        TRow r0 = default, r1 = default, r2 = default, r3 = default;
        for (; k >= 4; k -= 4)
        {
            var row = TRow.Load(b);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[2]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[3]), in row, ref r3);
            row = TRow.Load(b + (1 * TRow.Vectors * TSimd.Count));
            TRow.MultiplyAdd(TSimd.Broadcast(a[4]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[5]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[6]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[7]), in row, ref r3);
            row = TRow.Load(b + (2 * TRow.Vectors * TSimd.Count));
            TRow.MultiplyAdd(TSimd.Broadcast(a[8]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[9]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[10]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[11]), in row, ref r3);
            row = TRow.Load(b + (3 * TRow.Vectors * TSimd.Count));
            TRow.MultiplyAdd(TSimd.Broadcast(a[12]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[13]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[14]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[15]), in row, ref r3);
            a += 16;
            b += 4 * TRow.Vectors * TSimd.Count;
        }

        for (; k > 0; k--)
        {
            var row = TRow.Load(b);
            TRow.MultiplyAdd(TSimd.Broadcast(a[0]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a[1]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a[2]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a[3]), in row, ref r3);
            a += 4;
            b += TRow.Vectors * TSimd.Count;
        }

        if (accumulate)
        {
            TRow.Add(r0, c);
            c += cStride;
            TRow.Add(r1, c);
            c += cStride;
            TRow.Add(r2, c);
            c += cStride;
            TRow.Add(r3, c);
        }
        else
        {
            TRow.Store(r0, c);
            c += cStride;
            TRow.Store(r1, c);
            c += cStride;
            TRow.Store(r2, c);
            c += cStride;
            TRow.Store(r3, c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Direct8(
        nint k, T* a, nint aRowStride, nint aColStride, int rows, T* b, nint bStride, T* c, nint cStride, bool accumulate)
    {
        var last = rows - 1;
        var a0 = a;
        var a1 = a + (aRowStride * Math.Min(1, last));
        var a2 = a + (aRowStride * Math.Min(2, last));
        var a3 = a + (aRowStride * Math.Min(3, last));
        var a4 = a + (aRowStride * Math.Min(4, last));
        var a5 = a + (aRowStride * Math.Min(5, last));
        var a6 = a + (aRowStride * Math.Min(6, last));
        var a7 = a + (aRowStride * Math.Min(7, last));
        TRow r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        nint offset = 0;
        var end = b + (k * bStride);
        do
        {
            var row = TRow.Load(b);
            TRow.MultiplyAdd(TSimd.Broadcast(a0[offset]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a1[offset]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a2[offset]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a3[offset]), in row, ref r3);
            TRow.MultiplyAdd(TSimd.Broadcast(a4[offset]), in row, ref r4);
            TRow.MultiplyAdd(TSimd.Broadcast(a5[offset]), in row, ref r5);
            TRow.MultiplyAdd(TSimd.Broadcast(a6[offset]), in row, ref r6);
            TRow.MultiplyAdd(TSimd.Broadcast(a7[offset]), in row, ref r7);
            offset += aColStride;
            b += bStride;
        }
        while (b != end);

        if (accumulate)
        {
            TRow.Add(r0, c);
            c += cStride;
            TRow.Add(r1, c);
            c += cStride;
            TRow.Add(r2, c);
            c += cStride;
            TRow.Add(r3, c);
            c += cStride;
            TRow.Add(r4, c);
            c += cStride;
            TRow.Add(r5, c);
            c += cStride;
            TRow.Add(r6, c);
            c += cStride;
            TRow.Add(r7, c);
        }
        else
        {
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
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Direct4(
        nint k, T* a, nint aRowStride, nint aColStride, int rows, T* b, nint bStride, T* c, nint cStride, bool accumulate)
    {
        var last = rows - 1;
        var a0 = a;
        var a1 = a + (aRowStride * Math.Min(1, last));
        var a2 = a + (aRowStride * Math.Min(2, last));
        var a3 = a + (aRowStride * Math.Min(3, last));
        TRow r0 = default, r1 = default, r2 = default, r3 = default;
        nint offset = 0;
        var end = b + (k * bStride);
        do
        {
            var row = TRow.Load(b);
            TRow.MultiplyAdd(TSimd.Broadcast(a0[offset]), in row, ref r0);
            TRow.MultiplyAdd(TSimd.Broadcast(a1[offset]), in row, ref r1);
            TRow.MultiplyAdd(TSimd.Broadcast(a2[offset]), in row, ref r2);
            TRow.MultiplyAdd(TSimd.Broadcast(a3[offset]), in row, ref r3);
            offset += aColStride;
            b += bStride;
        }
        while (b != end);

        if (accumulate)
        {
            TRow.Add(r0, c);
            c += cStride;
            TRow.Add(r1, c);
            c += cStride;
            TRow.Add(r2, c);
            c += cStride;
            TRow.Add(r3, c);
        }
        else
        {
            TRow.Store(r0, c);
            c += cStride;
            TRow.Store(r1, c);
            c += cStride;
            TRow.Store(r2, c);
            c += cStride;
            TRow.Store(r3, c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Direct1(nint k, T* a, nint aColStride, T* b, nint bStride, T* c, bool accumulate)
    {
        var a0 = a;
        TRow r0 = default;
        nint offset = 0;
        var end = b + (k * bStride);
        do
        {
            var row = TRow.Load(b);
            TRow.MultiplyAdd(TSimd.Broadcast(a0[offset]), in row, ref r0);
            offset += aColStride;
            b += bStride;
        }
        while (b != end);

        if (accumulate)
        {
            TRow.Add(r0, c);
        }
        else
        {
            TRow.Store(r0, c);
        }
    }
}
