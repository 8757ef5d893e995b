using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The transforms of Winograd's F(4, 3), F(2, 5) and F(4, 2) along one axis: four outputs of a filter of three taps, or two of five, from
/// six inputs by six products, y = Aᵀ ((G g) ∘ (Bᵀ d)), where a convolution needs twelve or ten; four of a filter of two from five inputs
/// by five products instead of eight. They interpolate the product of two polynomials at 0, ±a, ±b and infinity (Lavin and Gray, Fast
/// Algorithms for Convolutional Neural Networks, 2016). Over two axes each goes along both.
/// </summary>
/// <remarks>
/// <para>
/// Two taps are three whose first is zero: F(4, 3) of (0, g₀, g₁) does not read the first input, and the product at the point 0 vanishes.
/// F(4, 2) is F(4, 3) without them.
/// </para>
/// <para>
/// The points 5/8 and 3/2 round less than the usual 1 and 2: their powers are exact in float32 and the constants of all three transforms
/// lie near each other. Vectors are of channels, so that an element's bits do not depend on their width.
/// </para>
/// </remarks>
internal static unsafe partial class WinogradTransform<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Bᵀ along the rows' direction, from rows to as many; rows are whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void InputColumns(T* rows, T* to, nint rowStride, int points)
    {
        InputConstants constants = new();
        for (nint i = 0; i < rowStride; i += TSimd.Count)
        {
            constants.Run(rows + i, rowStride, points, to + i, rowStride);
        }
    }

    /// <summary>
    /// Bᵀ along the columns, which lie <paramref name="columnStride"/> apart: <paramref name="tiles"/> tiles of as many columns as points,
    /// as far apart as their outputs, in each of as many rows. Column i of row r of tile t goes to
    /// <c>to + (points · r + i) · placeStride + t · tileStride</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void InputRows(
        T* rows, nint rowStride, nint columnStride, int points, int tiles, int outputs, T* to, nint placeStride, nint tileStride)
    {
        InputConstants constants = new();
        for (var r = 0; r < points; r++)
        {
            var from = rows + (r * rowStride);
            var tile = to + (r * points * placeStride);
            for (var t = 0; t < tiles; t++)
            {
                for (nint lane = 0; lane < Winograd.Lanes; lane += TSimd.Count)
                {
                    constants.Run(from + lane, columnStride, points, tile + lane, placeStride);
                }

                from += outputs * columnStride;
                tile += tileStride;
            }
        }
    }

    /// <summary>
    /// Aᵀ along the columns: what <see cref="InputRows"/> laid out, times the filters, to rows of tiles of <paramref name="outputs"/>
    /// columns, which lie <paramref name="columnStride"/> apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OutputRows(
        T* from, nint placeStride, nint tileStride, int points, int tiles, int outputs, int lanes, T* rows, nint rowStride,
        nint columnStride)
    {
        OutputConstants constants = new();
        for (var r = 0; r < points; r++)
        {
            var to = rows + (r * rowStride);
            var tile = from + (r * points * placeStride);
            for (var t = 0; t < tiles; t++)
            {
                for (nint lane = 0; lane < lanes; lane += TSimd.Count)
                {
                    constants.Gather(tile + lane, placeStride, points, outputs, to + lane, columnStride, TSimd.Zero);
                }

                to += outputs * columnStride;
                tile += tileStride;
            }
        }
    }

    /// <summary>
    /// Aᵀ along the rows' direction, in place: from as many rows as points, of <paramref name="columns"/> columns, to
    /// <paramref name="outputs"/>, plus a bias for each lane.
    /// </summary>
    /// <returns>Whether all results are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool OutputColumns(T* rows, nint rowStride, int points, int columns, int outputs, int lanes, T* bias)
    {
        OutputConstants constants = new();
        var notFinite = TSimd.Zero;
        for (nint lane = 0; lane < lanes; lane += TSimd.Count)
        {
            var added = TSimd.Load(bias + lane);
            var at = rows + lane;
            for (var column = 0; column < columns; column++, at += Winograd.Lanes)
            {
                // Zero times what is not finite is NaN, which stays.
                constants.Gather(at, rowStride, points, outputs, at, rowStride, added);
                notFinite = TSimd.MultiplyAdd(TSimd.Load(at), TSimd.Zero, notFinite);
                notFinite = TSimd.MultiplyAdd(TSimd.Load(at + rowStride), TSimd.Zero, notFinite);
                if (outputs == Winograd.MostOutputs)
                {
                    notFinite = TSimd.MultiplyAdd(TSimd.Load(at + (2 * rowStride)), TSimd.Zero, notFinite);
                    notFinite = TSimd.MultiplyAdd(TSimd.Load(at + (3 * rowStride)), TSimd.Zero, notFinite);
                }
            }
        }

        return TSimd.Sum(notFinite) == T.Zero;
    }

    /// <summary>
    /// G along both axes: the taps of <see cref="ISimd{T, V}.Count"/> filters, a vector each, rows and columns of them so far apart, to
    /// vectors <paramref name="placeStride"/> apart. Mirrored, the last tap is the first.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Weights(T* filter, nint rowStride, nint columnStride, int taps, bool mirrored, T* to, nint placeStride)
    {
        FilterConstants constants = new();
        var points = Winograd.Points(taps);
        var columns = stackalloc T[Winograd.MostPoints * Winograd.MostTaps * TSimd.Count];
        if (mirrored)
        {
            filter += (taps - 1) * (rowStride + columnStride);
            (rowStride, columnStride) = (-rowStride, -columnStride);
        }

        for (var x = 0; x < taps; x++)
        {
            constants.Run(filter + (x * columnStride), rowStride, taps, columns + (x * TSimd.Count), taps * TSimd.Count);
        }

        for (var r = 0; r < points; r++)
        {
            constants.Run(columns + (r * taps * TSimd.Count), TSimd.Count, taps, to + (r * points * placeStride), placeStride);
        }
    }

    /// <summary>A along the rows' direction, in place: from <paramref name="size"/> rows of gradients to as many as points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void GradientColumns(T* rows, nint rowStride, int points, int size, nint count)
    {
        OutputConstants constants = new();
        for (nint i = 0; i < count; i += TSimd.Count)
        {
            constants.Spread(rows + i, rowStride, points, size, rows + i, rowStride);
        }
    }

    /// <summary>
    /// A along the columns: tiles of <paramref name="size"/> columns in each of as many rows as points, to places as
    /// <see cref="InputRows"/> does.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void GradientRows(
        T* rows, nint rowStride, int points, int tiles, int size, int lanes, T* to, nint placeStride, nint tileStride)
    {
        OutputConstants constants = new();
        for (var r = 0; r < points; r++)
        {
            var from = rows + (r * rowStride);
            var tile = to + (r * points * placeStride);
            for (var t = 0; t < tiles; t++)
            {
                for (nint lane = 0; lane < lanes; lane += TSimd.Count)
                {
                    constants.Spread(from + lane, Winograd.Lanes, points, size, tile + lane, placeStride);
                }

                from += size * Winograd.Lanes;
                tile += tileStride;
            }
        }
    }

    /// <summary>
    /// Gᵀ along both axes, of vectors at all places, which are the sums of <paramref name="parts"/> parts: gradients of the taps of filters
    /// side by side, a vector each, rows and columns of them so far apart.
    /// </summary>
    /// <returns>Whether all are finite.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool FilterGradient(
        T* from, nint placeStride, int parts, nint partStride, int taps, T* filter, nint filterRowStride, nint filterColumnStride)
    {
        FilterConstants constants = new();
        var points = Winograd.Points(taps);
        var sums = stackalloc T[Winograd.MostPlaces * TSimd.Count];
        var rows = stackalloc T[Winograd.MostPoints * Winograd.MostTaps * TSimd.Count];
        for (nint place = 0; place < points * points; place++)
        {
            var sum = TSimd.Load(from + (place * placeStride));
            for (nint part = 1; part < parts; part++)
            {
                sum = TSimd.Add(sum, TSimd.Load(from + (part * partStride) + (place * placeStride)));
            }

            TSimd.Store(sums + (place * TSimd.Count), sum);
        }

        nint rowStride = points * TSimd.Count;
        for (var column = 0; column < points; column++)
        {
            constants.Transposed(sums + (column * TSimd.Count), rowStride, taps, rows + (column * TSimd.Count), rowStride);
        }

        // Zero times what is not finite is NaN, which stays.
        var notFinite = TSimd.Zero;
        for (var tap = 0; tap < taps; tap++, filter += filterRowStride)
        {
            constants.Transposed(rows + (tap * rowStride), TSimd.Count, taps, filter, filterColumnStride);
            for (var x = 0; x < taps; x++)
            {
                notFinite = TSimd.MultiplyAdd(TSimd.Load(filter + (x * filterColumnStride)), TSimd.Zero, notFinite);
            }
        }

        return TSimd.Sum(notFinite) == T.Zero;
    }
}
