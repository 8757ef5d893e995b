using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Reads a window's taps where they lie, through their offsets.</summary>
internal static unsafe class ConvolutionTile<T, V, TSimd, TRow>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
    where TRow : struct, IGemmRow<TRow, T, V>
{
    /// <summary>Copies a panel: row p is the vectors at the p-th offset.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Gather(int k, T* b, nint* offsets, T* panel)
    {
        for (var p = 0; p < k; p++)
        {
            TRow.Store(TRow.Load(b + offsets[p]), panel);
            panel += TRow.Vectors * TSimd.Count;
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
