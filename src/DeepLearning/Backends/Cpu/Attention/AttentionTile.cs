using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Products of the small matrices of a block: the register tiles of <see cref="Gemm"/> without packing or edges.</summary>
internal static unsafe class AttentionTile<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Rows that a tile may write: C has room for a multiple of them, and what is behind its rows is of no use.</summary>
    public const int RowUnit = 8;

    /// <summary>
    /// C[rows, columns] = A[rows, k] · B[k, columns], or added to C; A has any strides, columns are whole vectors, k is at least 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Multiply(
        int rows, int columns, int k, T* a, nint aRowStride, nint aColumnStride, T* b, nint bStride, T* c, nint cStride, bool accumulate)
    {
        GemmPanels panels = new(columns, TSimd.Count);
        for (int panel = 0; panel < panels.Count; panel++)
        {
            int start = panels.Start(panel), column = start * TSimd.Count;
            switch (panels.Start(panel + 1) - start)
            {
                case 1:
                    Panel<GemmRow1<T, V, TSimd>>(
                        rows, k, a, aRowStride, aColumnStride, b + column, bStride, c + column, cStride, accumulate);
                    break;
                case 2:
                    Panel<GemmRow2<T, V, TSimd>>(
                        rows, k, a, aRowStride, aColumnStride, b + column, bStride, c + column, cStride, accumulate);
                    break;
                default:
                    Panel<GemmRow3<T, V, TSimd>>(
                        rows, k, a, aRowStride, aColumnStride, b + column, bStride, c + column, cStride, accumulate);
                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Panel<TRow>(
        int rows, int k, T* a, nint aRowStride, nint aColumnStride, T* b, nint bStride, T* c, nint cStride, bool accumulate)
        where TRow : struct, IGemmRow<TRow, T, V>
    {
        int row = 0;
        while (row < rows)
        {
            int left = rows - row, size = left > 4 && TSimd.TileRows == 8 ? 8 : 4, count = Math.Min(left, size);
            T* from = a + (row * aRowStride), to = c + (row * cStride);
            if (size == 8)
            {
                GemmTile<T, V, TSimd, TRow>.Direct8(k, from, aRowStride, aColumnStride, count, b, bStride, to, cStride, accumulate);
            }
            else
            {
                GemmTile<T, V, TSimd, TRow>.Direct4(k, from, aRowStride, aColumnStride, count, b, bStride, to, cStride, accumulate);
            }

            row += size;
        }
    }
}
