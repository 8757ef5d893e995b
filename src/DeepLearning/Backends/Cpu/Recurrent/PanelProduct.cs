using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Products of some rows with a packed panel, one panel after the other, for the steps of a recurrent layer: the panels are packed once and
/// used by all steps, the rows are read where they lie.
/// </summary>
internal static unsafe class PanelProduct<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>The most rows of a call; sums have room for as many.</summary>
    public const int MaximumRows = 32;

    /// <summary>The stretch of k whose part of a panel stays in the first-level cache.</summary>
    private const int BlockK = 256;

    /// <summary>How many calls so many rows take.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Groups(int rows) => (rows + MaximumRows - 1) / MaximumRows;

    /// <summary>sums[rows, vectors] = a[rows, k] · panel[k, vectors]; writes up to seven rows more than there are.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(int rows, int k, T* a, nint aStride, T* panel, int vectors, T* sums, nint stride)
    {
        switch (vectors)
        {
            case 1:
                Blocks<GemmRow1<T, V, TSimd>>(rows, k, a, aStride, panel, sums, stride);
                break;
            case 2:
                Blocks<GemmRow2<T, V, TSimd>>(rows, k, a, aStride, panel, sums, stride);
                break;
            default:
                Blocks<GemmRow3<T, V, TSimd>>(rows, k, a, aStride, panel, sums, stride);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Blocks<TRow>(int rows, int k, T* a, nint aStride, T* panel, T* sums, nint stride)
        where TRow : struct, IGemmRow<TRow, T, V>
    {
        nint width = TRow.Vectors * TSimd.Count;
        for (int k0 = 0; k0 < k; k0 += BlockK)
        {
            int count = Math.Min(BlockK, k - k0);
            for (int row = 0; row < rows;)
            {
                int left = rows - row, size = left > 4 && TSimd.TileRows == 8 ? 8 : left > 1 ? 4 : 1;
                T* from = a + (row * aStride) + k0, to = sums + (row * stride);
                if (size == 8)
                {
                    GemmTile<T, V, TSimd, TRow>.Direct8(
                        count, from, aStride, 1, Math.Min(left, 8), panel + (k0 * width), width, to, stride, k0 > 0);
                }
                else if (size == 4)
                {
                    GemmTile<T, V, TSimd, TRow>.Direct4(
                        count, from, aStride, 1, Math.Min(left, 4), panel + (k0 * width), width, to, stride, k0 > 0);
                }
                else
                {
                    GemmTile<T, V, TSimd, TRow>.Direct1(count, from, 1, panel + (k0 * width), width, to, k0 > 0);
                }

                row += size;
            }
        }
    }
}
