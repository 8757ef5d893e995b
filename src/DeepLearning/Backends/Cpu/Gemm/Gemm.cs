using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Matrix products over raw memory, for float and double. Chooses the widest vectors that the processor has and a path by
/// size: matrix-vector, small (nothing packed but narrow panels of B) or blocked. All but the first sum in one order
/// (<see cref="BlockK"/>); under <see cref="BatchInvariance"/> the first is not used.
/// </summary>
/// <remarks>
/// Strides are in elements and arbitrary for A and B (a transposed operand is a swap of its strides); rows of C are
/// contiguous. C must not overlap A, B or the bias. The caller keeps the memory alive.
/// </remarks>
internal static unsafe partial class Gemm
{
    /// <summary>Up to this many multiply-adds nothing is gained by packing both operands.</summary>
    private const long SmallWork = 1 << 18;

    /// <summary>With this many rows or fewer, a packed copy of B is read too rarely to pay.</summary>
    private const int FewRows = 16;

    /// <summary>The longest stretch of k that is summed, and packed, at once: a panel of three vectors then takes about 64 KB.</summary>
    private const int MaximumK = 344;

    /// <summary>
    /// The stretches of k. The small and the blocked path sum an element as one chain of multiply-adds for each stretch, in the order of k,
    /// and add the chains in the order of the stretches. So an element's bits depend on its row of A, its column of B and k, and on nothing
    /// else: not on how many rows or columns there are beside it, on strides, on the width of the vectors or on the number of threads.
    /// </summary>
    public static int BlockK(int k) => Block(k, MaximumK, 8);

    /// <summary>A block size that splits the whole evenly, a multiple of the unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Block(int size, int maximum, int unit)
    {
        var blocks = (size + maximum - 1) / maximum;
        var even = (size + blocks - 1) / blocks;
        return (even + unit - 1) / unit * unit;
    }

    /// <summary>
    /// C[m, n] = A[m, k] · B[k, n] + bias; with <paramref name="accumulate"/> added to C. For k = 0 the sums are zero. The
    /// biases are null or hold n values (one a column) and m values (one a row).
    /// </summary>
    public static void Run<T>(
        int m, int n, int k, T* a, long aRowStride, long aColStride, T* b, long bRowStride, long bColStride,
        T* c, long cRowStride, bool accumulate = false, T* biasPerColumn = null, T* biasPerRow = null)
        where T : unmanaged, INumberBase<T>
    {
        var left = new StridedMatrix<T>(a, aRowStride, aColStride);
        var right = new StridedMatrix<T>(b, bRowStride, bColStride);
        if (biasPerColumn == null && biasPerRow == null)
        {
            Run(m, n, k, left, right, c, cRowStride, accumulate, default(NoEpilogue<T>));
        }
        else
        {
            Run(m, n, k, left, right, c, cRowStride, accumulate, new BiasEpilogue<T>(biasPerColumn, biasPerRow));
        }
    }

    /// <summary>C = epilogue(A · B), or C = epilogue(C + A · B).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T, TEpilogue>(
        int m, int n, int k, in StridedMatrix<T> a, in StridedMatrix<T> b, T* c, long cRowStride, bool accumulate, in TEpilogue epilogue)
        where T : unmanaged, INumberBase<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        Run(m, n, k, a, b, c, cRowStride, accumulate, BatchInvariance.Enabled, epilogue);
    }

    /// <summary>As above; the caller says whether a row is summed as in any other number of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<T, TEpilogue>(
        int m, int n, int k, in StridedMatrix<T> a, in StridedMatrix<T> b, T* c, long cRowStride, bool accumulate, bool isInvariant,
        in TEpilogue epilogue)
        where T : unmanaged, INumberBase<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        Product<T, TEpilogue> product = new(m, n, k, a, b, c, cRowStride, accumulate, isInvariant, epilogue);
        WidestSimd.Run<Product<T, TEpilogue>, T>(ref product);
    }

    /// <summary>
    /// The blocked product with operands from packers, for those that are not matrices in memory. <paramref name="k"/> may be 0.
    /// </summary>
    public static void RunPacked<T, TA, TB, TEpilogue>(
        int m, int n, int k, in TA a, in TB b, T* c, long cRowStride, bool accumulate, in TEpilogue epilogue)
        where T : unmanaged, INumberBase<T>
        where TA : struct, IGemmPacker<T>
        where TB : struct, IGemmPacker<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        if (m == 0 || n == 0)
        {
            return;
        }

        if (k == 0)
        {
            Run(m, n, 0, default, default, c, cRowStride, accumulate, epilogue);
        }
        else
        {
            PackedProduct<T, TA, TB, TEpilogue> product = new(m, n, k, a, b, c, cRowStride, accumulate, epilogue);
            WidestSimd.Run<PackedProduct<T, TA, TB, TEpilogue>, T>(ref product);
        }
    }

    /// <summary>Whether a product with a weight in rows, Bᵀ [n, k], is computed from a packed copy of it.</summary>
    public static bool Packs(int m, int n, int k) => m > 1 && (long)m * n * k > SmallWork;

    /// <summary>Packs a weight in rows, Bᵀ [n, k], for products of any number of rows.</summary>
    public static void PackAll<T>(int n, int k, T* weight, long rowStride, long columnStride, NativeBuffer to)
        where T : unmanaged, INumberBase<T>
    {
        PackAllWork<T> work = new(n, k, new StridedPacker<T>(weight, rowStride, columnStride), to);
        WidestSimd.Run<PackAllWork<T>, T>(ref work);
    }

    /// <summary>C = A · B + bias per column, with a B that <see cref="PackAll"/> has packed.</summary>
    public static void RunPrepared<T>(
        int m, int n, int k, T* a, long aRowStride, long aColumnStride, NativeBuffer packed, T* c, T* biasPerColumn)
        where T : unmanaged, INumberBase<T>
    {
        PreparedWork<T> work = new(m, n, k, new StridedPacker<T>(a, aRowStride, aColumnStride), packed, c, biasPerColumn);
        WidestSimd.Run<PreparedWork<T>, T>(ref work);
    }

    /// <summary>The product with the given vectors: chooses the path. Internal so that tests reach every width.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run<T, V, TSimd, TEpilogue>(
        int m, int n, int k, in StridedMatrix<T> a, in StridedMatrix<T> b, T* c, long cRowStride, bool accumulate, in TEpilogue epilogue,
        bool isInvariant = false)
        where T : unmanaged
        where V : struct
        where TSimd : struct, ISimd<T, V>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        if (m == 0 || n == 0)
        {
            return;
        }

        if (k == 0)
        {
            Empty<T, V, TSimd, TEpilogue>(m, n, c, cRowStride, accumulate, epilogue);
        }
        else if (GemmSmall<T, V, TSimd>.IsTiny(m, n, k, b))
        {
            GemmSmall<T, V, TSimd>.RunTiny(m, n, k, a, b, c, cRowStride, accumulate, epilogue);
        }
        else if (m == 1 && !isInvariant && Gemv<T, V, TSimd>.Fits(b.ColumnStride, b.RowStride))
        {
            Gemv<T, V, TSimd>.Run(n, k, b.Transposed, a.Data, a.ColumnStride, c, 0, true, accumulate, epilogue);
        }
        else if (n == 1 && !isInvariant && Gemv<T, V, TSimd>.Fits(a.RowStride, a.ColumnStride))
        {
            Gemv<T, V, TSimd>.Run(m, k, a, b.Data, b.RowStride, c, cRowStride, false, accumulate, epilogue);
        }
        else if ((long)m * n * k <= SmallWork || (m <= FewRows && (long)m * n * k <= 8 * SmallWork && b.ColumnStride == 1))
        {
            GemmSmall<T, V, TSimd>.Run(m, n, k, a, b, c, cRowStride, accumulate, epilogue);
        }
        else
        {
            GemmBlocked<T, V, TSimd>.Run(
                m, n, k, new StridedPacker<T>(
                    a.Data, a.RowStride, a.ColumnStride), new StridedPacker<T>(b.Data, b.ColumnStride, b.RowStride),
                c, cRowStride, accumulate, epilogue);
        }
    }

    /// <summary>A product over no terms: zeros, or C as it is; then the epilogue.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Empty<T, V, TSimd, TEpilogue>(int m, int n, T* c, long cRowStride, bool accumulate, in TEpilogue epilogue)
        where T : unmanaged
        where V : struct
        where TSimd : struct, ISimd<T, V>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        for (var i = 0; i < m; i++)
        {
            var row = c + (i * cRowStride);
            if (!accumulate)
            {
                new Span<T>(row, n).Clear();
            }

            GemmMerge<T, V, TSimd, TEpilogue>.Run(row, 0, row, 0, i, 1, 0, n, false, true, epilogue);
        }
    }

    private readonly struct Product<T, TEpilogue>(
        int m, int n, int k, in StridedMatrix<T> a, in StridedMatrix<T> b, T* c, long cRowStride, bool accumulate, bool isInvariant,
        in TEpilogue epilogue)
        : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        private readonly StridedMatrix<T> _a = a;
        private readonly StridedMatrix<T> _b = b;
        private readonly TEpilogue _epilogue = epilogue;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> =>
            Gemm.Run<T, V, TSimd, TEpilogue>(m, n, k, _a, _b, c, cRowStride, accumulate, _epilogue, isInvariant);
    }

    private readonly struct PackedProduct<T, TA, TB, TEpilogue>(
        int m, int n, int k, in TA a, in TB b, T* c, long cRowStride, bool accumulate, in TEpilogue epilogue) : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
        where TA : struct, IGemmPacker<T>
        where TB : struct, IGemmPacker<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        private readonly TA _a = a;
        private readonly TB _b = b;
        private readonly TEpilogue _epilogue = epilogue;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => GemmBlocked<T, V, TSimd>.Run(m, n, k, _a, _b, c, cRowStride, accumulate, _epilogue);
    }

    private readonly struct PackAllWork<T>(int n, int k, StridedPacker<T> weight, NativeBuffer to) : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => GemmBlocked<T, V, TSimd>.PackAll(
                n, k, weight, to.Get<T>(GemmBlocked<T, V, TSimd>.PackedCount(n, k)));
    }

    private readonly struct PreparedWork<T>(int m, int n, int k, StridedPacker<T> a, NativeBuffer packed, T* c, T* biasPerColumn)
        : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => GemmBlocked<T, V, TSimd>.Run(
                m, n, k, a, default(StridedPacker<T>), packed.Get<T>(0), c, n, false, new BiasEpilogue<T>(biasPerColumn, null));
    }
}
