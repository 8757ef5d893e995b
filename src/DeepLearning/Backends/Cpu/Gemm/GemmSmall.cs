using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The product for small sizes, on one thread: A is read where it lies, with any strides; so is B where its rows are
/// contiguous, else one panel of columns at a time is packed.
/// </summary>
internal static unsafe class GemmSmall<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Elements of a packed panel that live on the stack.</summary>
    private const int StackPanel = 2048;

    /// <summary>The most elements of A in a tiny product.</summary>
    private const int TinyWork = 64;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TEpilogue>(
        int m, int n, int k, StridedMatrix<T> a, StridedMatrix<T> b, T* c, long cRowStride, bool accumulate, in TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        var scratch = stackalloc T[8 * GemmPanels.MaximumVectors * TSimd.Count];
        var panels = new GemmPanels(n, TSimd.Count);
        var direct = b.ColumnStride == 1 && b.RowStride != 0;
        var stack = stackalloc T[StackPanel];
        T* packed = null;
        for (var p = 0; p < panels.Count; p++)
        {
            var start = panels.Start(p);
            var width = (panels.Start(p + 1) - start) * TSimd.Count;
            var column = start * TSimd.Count;
            var columns = Math.Min(width, n - column);
            var panel = b.Data + column;
            var stride = (nint)b.RowStride;
            if (!direct || columns < width)
            {
                if (packed == null)
                {
                    var size = GemmPanels.MaximumVectors * TSimd.Count * (long)k;
                    packed = size <= StackPanel ? stack : GemmScratch.Get<T>(size);
                }

                new StridedPacker<T>(b.Data, b.ColumnStride, b.RowStride).Pack<V, TSimd>(packed, width, column, columns, 0, k);
                panel = packed;
                stride = width;
            }

            switch (width / TSimd.Count)
            {
                case 1:
                    Panel<GemmRow1<T, V, TSimd>, TEpilogue>(
                        m, k, a, panel, stride, c, (nint)cRowStride, column, columns, accumulate, epilogue, scratch);
                    break;
                case 2:
                    Panel<GemmRow2<T, V, TSimd>, TEpilogue>(
                        m, k, a, panel, stride, c, (nint)cRowStride, column, columns, accumulate, epilogue, scratch);
                    break;
                default:
                    Panel<GemmRow3<T, V, TSimd>, TEpilogue>(
                        m, k, a, panel, stride, c, (nint)cRowStride, column, columns, accumulate, epilogue, scratch);
                    break;
            }
        }
    }

    /// <summary>
    /// Whether the product is so small that only the number of steps counts: at most one vector of columns. Not where wider vectors would
    /// only take it from <see cref="Gemv{T, V, TSimd}"/>, which sums lines along k in another order: bits do not depend on the width.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsTiny(int m, int n, int k, in StridedMatrix<T> b) =>
        n <= TSimd.Count && (long)m * k <= TinyWork && !(m == 1 && n > 1 && b.RowStride == 1);

    /// <summary>The product where <see cref="IsTiny"/>: a row of C at a time, straight from the operands.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RunTiny<TEpilogue>(
        int m, int n, int k, in StridedMatrix<T> a, in StridedMatrix<T> b, T* c, long cRowStride, bool accumulate, in TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        var copy = stackalloc T[TinyWork * TSimd.Count];
        var rows = b.Data;
        var stride = (nint)b.RowStride;
        if (b.ColumnStride != 1 && n > 1)
        {
            for (var j = 0; j < n; j++)
            {
                var column = b.Data + (j * b.ColumnStride);
                for (var p = 0; p < k; p++)
                {
                    copy[(p * TSimd.Count) + j] = *column;
                    column += stride;
                }
            }

            rows = copy;
            stride = TSimd.Count;
        }

        for (var i = 0; i < m; i++)
        {
            var factor = a.Data + (i * a.RowStride);
            var row = rows;
            var sum = TSimd.Zero;
            for (var p = 0; p < k; p++)
            {
                sum = TSimd.MultiplyAdd(TSimd.Broadcast(*factor), TSimd.LoadPartial(row, n), sum);
                factor += a.ColumnStride;
                row += stride;
            }

            if (accumulate)
            {
                sum = TSimd.Add(TSimd.LoadPartial(c, n), sum);
            }

            TSimd.StorePartial(c, epilogue.Apply<V, TSimd>(sum, i, 0, n), n);
            c += cRowStride;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Panel<TRow, TEpilogue>(
        int m, int k, in StridedMatrix<T> a, T* b, nint bStride, T* c, nint cStride, int column, int columns, bool accumulate, in
            TEpilogue epilogue, T* scratch)
        where TRow : struct, IGemmRow<TRow, T, V>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        var width = TRow.Vectors * TSimd.Count;
        var stretch = Gemm.BlockK(k);
        var row = 0;
        while (row < m)
        {
            // A tile of 8 takes 5 to 8 rows, a tile of 4 takes 2 to 4: a rest repeats its last row rather than runs alone.
            var left = m - row;
            var size = left > 4 && TSimd.TileRows == 8 ? 8 : left > 1 ? 4 : 1;
            var rows = Math.Min(left, size);
            var whole = rows == size && columns == width;
            var target = c + (row * cStride) + column;
            var to = whole ? target : scratch;
            var toStride = whole ? cStride : width;
            for (var k0 = 0; k0 < k; k0 += stretch)
            {
                var length = Math.Min(stretch, k - k0);
                var adds = accumulate || k0 > 0;
                var from = a.Data + (row * a.RowStride) + (k0 * a.ColumnStride);
                var panel = b + (k0 * bStride);
                if (size == 8)
                {
                    GemmTile<T, V, TSimd, TRow>.Direct8(
                        length, from, (nint)a.RowStride, (nint)a.ColumnStride, rows, panel, bStride, to, toStride, whole && adds);
                }
                else if (size == 4)
                {
                    GemmTile<T, V, TSimd, TRow>.Direct4(
                        length, from, (nint)a.RowStride, (nint)a.ColumnStride, rows, panel, bStride, to, toStride, whole && adds);
                }
                else
                {
                    GemmTile<T, V, TSimd, TRow>.Direct1(length, from, (nint)a.ColumnStride, panel, bStride, to, whole && adds);
                }

                var completes = k0 + length == k && !epilogue.IsIdentity;
                if (!whole || completes)
                {
                    GemmMerge<T, V, TSimd, TEpilogue>.Run(
                        to, toStride, target, cStride, row, rows, column, columns, !whole && adds, completes, epilogue);
                }
            }

            row += rows;
        }
    }
}
