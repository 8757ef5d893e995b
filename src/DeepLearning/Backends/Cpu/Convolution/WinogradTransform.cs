using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The transforms of Winograd's F(4, 3) along one axis: four outputs of a filter of three taps from six inputs by six products,
/// y = Aᵀ ((G g) ∘ (Bᵀ d)), where a convolution needs twelve. It interpolates the product of two polynomials at 0, ±a, ±b and infinity
/// (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016). Over two axes each transform goes along both.
/// </summary>
/// <remarks>
/// The points 5/8 and 3/2 round less than the usual 1 and 2: their powers are exact in float32 and the constants of all three transforms
/// lie near each other. Vectors are of channels, so that an element's bits do not depend on their width.
/// </remarks>
internal static unsafe class WinogradTransform<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    private const double A = 0.625;
    private const double B = 1.5;

    /// <summary>Bᵀ along the rows' direction, in place: six rows of <paramref name="count"/> elements, whole vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void InputColumns(T* rows, nint rowStride, nint count)
    {
        InputConstants constants = new();
        for (nint i = 0; i < count; i += TSimd.Count)
        {
            constants.Run(rows + i, rowStride, rows + i, rowStride);
        }
    }

    /// <summary>
    /// Bᵀ along the columns: <paramref name="tiles"/> tiles of six columns, four apart, in each of six rows. Column i of row r of tile t
    /// goes to <c>to + (6 · r + i) · placeStride + t · tileStride</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void InputRows(T* rows, nint rowStride, int tiles, T* to, nint placeStride, nint tileStride)
    {
        InputConstants constants = new();
        for (var r = 0; r < Winograd.Inputs; r++)
        {
            var from = rows + (r * rowStride);
            var tile = to + (r * Winograd.Inputs * placeStride);
            for (var t = 0; t < tiles; t++)
            {
                for (nint lane = 0; lane < Winograd.Lanes; lane += TSimd.Count)
                {
                    constants.Run(from + lane, Winograd.Lanes, tile + lane, placeStride);
                }

                from += Winograd.Outputs * Winograd.Lanes;
                tile += tileStride;
            }
        }
    }

    /// <summary>Aᵀ along the columns: what <see cref="InputRows"/> laid out, times the filters, to rows of four columns a tile.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void OutputRows(T* from, nint placeStride, nint tileStride, int tiles, int lanes, T* rows, nint rowStride)
    {
        OutputConstants constants = new();
        for (var r = 0; r < Winograd.Inputs; r++)
        {
            var to = rows + (r * rowStride);
            var tile = from + (r * Winograd.Inputs * placeStride);
            for (var t = 0; t < tiles; t++)
            {
                for (nint lane = 0; lane < lanes; lane += TSimd.Count)
                {
                    constants.Run(tile + lane, placeStride, to + lane, Winograd.Lanes, TSimd.Zero);
                }

                to += Winograd.Outputs * Winograd.Lanes;
                tile += tileStride;
            }
        }
    }

    /// <summary>
    /// Aᵀ along the rows' direction, in place: from six rows of <paramref name="columns"/> columns to four, plus a bias for each lane.
    /// </summary>
    /// <returns>Whether all results are finite.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool OutputColumns(T* rows, nint rowStride, int columns, int lanes, T* bias)
    {
        OutputConstants constants = new();
        var notFinite = TSimd.Zero;
        for (nint lane = 0; lane < lanes; lane += TSimd.Count)
        {
            var added = TSimd.Load(bias + lane);
            var at = rows + lane;
            for (var column = 0; column < columns; column++, at += Winograd.Lanes)
            {
                constants.Run(at, rowStride, at, rowStride, added);

                // Zero times what is not finite is NaN, which stays.
                notFinite = TSimd.MultiplyAdd(TSimd.Load(at), TSimd.Zero, notFinite);
                notFinite = TSimd.MultiplyAdd(TSimd.Load(at + rowStride), TSimd.Zero, notFinite);
                notFinite = TSimd.MultiplyAdd(TSimd.Load(at + (2 * rowStride)), TSimd.Zero, notFinite);
                notFinite = TSimd.MultiplyAdd(TSimd.Load(at + (3 * rowStride)), TSimd.Zero, notFinite);
            }
        }

        return TSimd.Sum(notFinite) == T.Zero;
    }

    /// <summary>
    /// G along both axes: nine taps of <see cref="ISimd{T, V}.Count"/> filters, a vector each, to 36 vectors
    /// <paramref name="placeStride"/> apart. Mirrored, the last tap is the first.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Weights(T* taps, bool mirrored, T* to, nint placeStride)
    {
        FilterConstants constants = new();
        var columns = stackalloc T[Winograd.Inputs * Winograd.Taps * TSimd.Count];
        nint step = mirrored ? -TSimd.Count : TSimd.Count;
        var first = taps + (mirrored ? ((Winograd.Taps * Winograd.Taps) - 1) * TSimd.Count : 0);
        for (var x = 0; x < Winograd.Taps; x++)
        {
            constants.Run(first + (x * step), Winograd.Taps * step, columns + (x * TSimd.Count), Winograd.Taps * TSimd.Count);
        }

        for (var r = 0; r < Winograd.Inputs; r++)
        {
            constants.Run(
                columns + (r * Winograd.Taps * TSimd.Count), TSimd.Count, to + (r * Winograd.Inputs * placeStride), placeStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Constant(double value) => TSimd.Broadcast(T.CreateTruncating(value));

    /// <summary>Bᵀ, whose rows are the products of (x − point) over the other points.</summary>
    private readonly struct InputConstants
    {
        private readonly V _a = Constant(A);
        private readonly V _minusA = Constant(-A);
        private readonly V _b = Constant(B);
        private readonly V _minusB = Constant(-B);
        private readonly V _minusA2 = Constant(-A * A);
        private readonly V _minusB2 = Constant(-B * B);
        private readonly V _minusSum = Constant(-(A * A) - (B * B));
        private readonly V _product = Constant(A * A * B * B);

        public InputConstants()
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run(T* from, nint fromStep, T* to, nint toStep)
        {
            var d1 = TSimd.Load(from + fromStep);
            var d2 = TSimd.Load(from + (2 * fromStep));
            var d3 = TSimd.Load(from + (3 * fromStep));
            var d4 = TSimd.Load(from + (4 * fromStep));
            var d5 = TSimd.Load(from + (5 * fromStep));
            var first = TSimd.MultiplyAdd(_product, TSimd.Load(from), TSimd.MultiplyAdd(_minusSum, d2, d4));
            var last = TSimd.MultiplyAdd(_product, d1, TSimd.MultiplyAdd(_minusSum, d3, d5));
            var (evenA, oddA) = (TSimd.MultiplyAdd(_minusB2, d2, d4), TSimd.MultiplyAdd(_minusB2, d1, d3));
            var (evenB, oddB) = (TSimd.MultiplyAdd(_minusA2, d2, d4), TSimd.MultiplyAdd(_minusA2, d1, d3));
            TSimd.Store(to, first);
            TSimd.Store(to + toStep, TSimd.MultiplyAdd(_a, oddA, evenA));
            TSimd.Store(to + (2 * toStep), TSimd.MultiplyAdd(_minusA, oddA, evenA));
            TSimd.Store(to + (3 * toStep), TSimd.MultiplyAdd(_b, oddB, evenB));
            TSimd.Store(to + (4 * toStep), TSimd.MultiplyAdd(_minusB, oddB, evenB));
            TSimd.Store(to + (5 * toStep), last);
        }
    }

    /// <summary>Aᵀ, whose rows are the powers of the points.</summary>
    private readonly struct OutputConstants
    {
        private readonly V _minusOne = Constant(-1);
        private readonly V _a = Constant(A);
        private readonly V _b = Constant(B);
        private readonly V _a2 = Constant(A * A);
        private readonly V _b2 = Constant(B * B);
        private readonly V _a3 = Constant(A * A * A);
        private readonly V _b3 = Constant(B * B * B);

        public OutputConstants()
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run(T* from, nint fromStep, T* to, nint toStep, V added)
        {
            var m1 = TSimd.Load(from + fromStep);
            var m2 = TSimd.Load(from + (2 * fromStep));
            var m3 = TSimd.Load(from + (3 * fromStep));
            var m4 = TSimd.Load(from + (4 * fromStep));
            var m5 = TSimd.Load(from + (5 * fromStep));
            var (sumA, differenceA) = (TSimd.Add(m1, m2), TSimd.MultiplyAdd(_minusOne, m2, m1));
            var (sumB, differenceB) = (TSimd.Add(m3, m4), TSimd.MultiplyAdd(_minusOne, m4, m3));
            var first = TSimd.Add(TSimd.Add(TSimd.Load(from), added), TSimd.Add(sumA, sumB));
            TSimd.Store(to, first);
            TSimd.Store(to + toStep, TSimd.MultiplyAdd(_b, differenceB, TSimd.MultiplyAdd(_a, differenceA, added)));
            TSimd.Store(to + (2 * toStep), TSimd.MultiplyAdd(_b2, sumB, TSimd.MultiplyAdd(_a2, sumA, added)));
            TSimd.Store(
                to + (3 * toStep), TSimd.MultiplyAdd(_b3, differenceB, TSimd.MultiplyAdd(_a3, differenceA, TSimd.Add(m5, added))));
        }
    }

    /// <summary>G, which evaluates the filter at the points, over the products of their distances.</summary>
    private readonly struct FilterConstants
    {
        private const double AtA = 2 * A * A * ((A * A) - (B * B));
        private const double AtB = 2 * B * B * ((B * B) - (A * A));

        private readonly V _minusOne = Constant(-1);
        private readonly V _zero = Constant(1 / (A * A * B * B));
        private readonly V _a0 = Constant(1 / AtA);
        private readonly V _a1 = Constant(A / AtA);
        private readonly V _a2 = Constant(A * A / AtA);
        private readonly V _b0 = Constant(1 / AtB);
        private readonly V _b1 = Constant(B / AtB);
        private readonly V _b2 = Constant(B * B / AtB);

        public FilterConstants()
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run(T* from, nint fromStep, T* to, nint toStep)
        {
            var (g0, g1, g2) = (TSimd.Load(from), TSimd.Load(from + fromStep), TSimd.Load(from + (2 * fromStep)));
            var evenA = TSimd.MultiplyAdd(_a2, g2, TSimd.MultiplyAdd(_a0, g0, TSimd.Zero));
            var evenB = TSimd.MultiplyAdd(_b2, g2, TSimd.MultiplyAdd(_b0, g0, TSimd.Zero));
            var (oddA, oddB) = (TSimd.MultiplyAdd(_a1, g1, TSimd.Zero), TSimd.MultiplyAdd(_b1, g1, TSimd.Zero));
            TSimd.Store(to, TSimd.MultiplyAdd(_zero, g0, TSimd.Zero));
            TSimd.Store(to + toStep, TSimd.Add(evenA, oddA));
            TSimd.Store(to + (2 * toStep), TSimd.MultiplyAdd(_minusOne, oddA, evenA));
            TSimd.Store(to + (3 * toStep), TSimd.Add(evenB, oddB));
            TSimd.Store(to + (4 * toStep), TSimd.MultiplyAdd(_minusOne, oddB, evenB));
            TSimd.Store(to + (5 * toStep), g2);
        }
    }
}
