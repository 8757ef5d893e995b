using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The transforms of Winograd's F(4, 3) and F(2, 5) along one axis: four outputs of a filter of three taps, or two of five, from six inputs
/// by six products, y = Aᵀ ((G g) ∘ (Bᵀ d)), where a convolution needs twelve or ten. They interpolate the product of two polynomials at 0,
/// ±a, ±b and infinity (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016). Over two axes each goes along both.
/// </summary>
/// <remarks>
/// The points 5/8 and 3/2 round less than the usual 1 and 2: their powers are exact in float32 and the constants of all three transforms
/// lie near each other. Vectors are of channels, so that an element's bits do not depend on their width.
/// </remarks>
internal static unsafe partial class WinogradTransform<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Bᵀ along the rows' direction, from six rows to six; rows are whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void InputColumns(T* rows, T* to, nint rowStride)
    {
        InputConstants constants = new();
        for (nint i = 0; i < rowStride; i += TSimd.Count)
        {
            constants.Run(rows + i, rowStride, to + i, rowStride);
        }
    }

    /// <summary>
    /// Bᵀ along the columns: <paramref name="tiles"/> tiles of six columns, as far apart as their outputs, in each of six rows. Column i of
    /// row r of tile t goes to <c>to + (6 · r + i) · placeStride + t · tileStride</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void InputRows(T* rows, nint rowStride, int tiles, int outputs, T* to, nint placeStride, nint tileStride)
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

                from += outputs * Winograd.Lanes;
                tile += tileStride;
            }
        }
    }

    /// <summary>
    /// Aᵀ along the columns: what <see cref="InputRows"/> laid out, times the filters, to rows of tiles of <paramref name="outputs"/>
    /// columns.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OutputRows(
        T* from, nint placeStride, nint tileStride, int tiles, int outputs, int lanes, T* rows, nint rowStride)
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
                    if (outputs == Winograd.OutputsOfThree)
                    {
                        constants.Four(tile + lane, placeStride, to + lane, Winograd.Lanes, TSimd.Zero);
                    }
                    else
                    {
                        constants.Two(tile + lane, placeStride, to + lane, Winograd.Lanes, TSimd.Zero);
                    }
                }

                to += outputs * Winograd.Lanes;
                tile += tileStride;
            }
        }
    }

    /// <summary>
    /// Aᵀ along the rows' direction, in place: from six rows of <paramref name="columns"/> columns to <paramref name="outputs"/>, plus a
    /// bias for each lane.
    /// </summary>
    /// <returns>Whether all results are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool OutputColumns(T* rows, nint rowStride, int columns, int outputs, int lanes, T* bias)
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
                if (outputs == Winograd.OutputsOfThree)
                {
                    constants.Four(at, rowStride, at, rowStride, added);
                    notFinite = TSimd.MultiplyAdd(TSimd.Load(at + (2 * rowStride)), TSimd.Zero, notFinite);
                    notFinite = TSimd.MultiplyAdd(TSimd.Load(at + (3 * rowStride)), TSimd.Zero, notFinite);
                }
                else
                {
                    constants.Two(at, rowStride, at, rowStride, added);
                }

                notFinite = TSimd.MultiplyAdd(TSimd.Load(at), TSimd.Zero, notFinite);
                notFinite = TSimd.MultiplyAdd(TSimd.Load(at + rowStride), TSimd.Zero, notFinite);
            }
        }

        return TSimd.Sum(notFinite) == T.Zero;
    }

    /// <summary>
    /// G along both axes: the taps of <see cref="ISimd{T, V}.Count"/> filters, a vector each, to 36 vectors <paramref name="placeStride"/>
    /// apart. Mirrored, the last tap is the first.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Weights(T* filter, int taps, bool mirrored, T* to, nint placeStride)
    {
        FilterConstants constants = new();
        var columns = stackalloc T[Winograd.Inputs * Winograd.MostTaps * TSimd.Count];
        nint step = mirrored ? -TSimd.Count : TSimd.Count;
        var first = filter + (mirrored ? ((taps * taps) - 1) * TSimd.Count : 0);
        for (var x = 0; x < taps; x++)
        {
            constants.Run(first + (x * step), taps * step, taps, columns + (x * TSimd.Count), taps * TSimd.Count);
        }

        for (var r = 0; r < Winograd.Inputs; r++)
        {
            constants.Run(
                columns + (r * taps * TSimd.Count), TSimd.Count, taps, to + (r * Winograd.Inputs * placeStride), placeStride);
        }
    }

    /// <summary>A along the rows' direction, in place: from <paramref name="size"/> rows of gradients to six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void GradientColumns(T* rows, nint rowStride, int size, nint count)
    {
        OutputConstants constants = new();
        for (nint i = 0; i < count; i += TSimd.Count)
        {
            constants.Spread(rows + i, rowStride, size, rows + i, rowStride);
        }
    }

    /// <summary>
    /// A along the columns: tiles of <paramref name="size"/> columns in each of six rows, to places as <see cref="InputRows"/> does.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void GradientRows(
        T* rows, nint rowStride, int tiles, int size, int lanes, T* to, nint placeStride, nint tileStride)
    {
        OutputConstants constants = new();
        for (var r = 0; r < Winograd.Inputs; r++)
        {
            var from = rows + (r * rowStride);
            var tile = to + (r * Winograd.Inputs * placeStride);
            for (var t = 0; t < tiles; t++)
            {
                for (nint lane = 0; lane < lanes; lane += TSimd.Count)
                {
                    constants.Spread(from + lane, Winograd.Lanes, size, tile + lane, placeStride);
                }

                from += size * Winograd.Lanes;
                tile += tileStride;
            }
        }
    }

    /// <summary>
    /// Gᵀ along both axes, of vectors at 36 places, which are the sums of <paramref name="parts"/> parts: gradients of the taps of filters
    /// side by side, a vector each.
    /// </summary>
    /// <returns>Whether all are finite.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool FilterGradient(T* from, nint placeStride, int parts, nint partStride, int taps, T* filter)
    {
        FilterConstants constants = new();
        var sums = stackalloc T[Winograd.Places * TSimd.Count];
        var rows = stackalloc T[Winograd.Inputs * Winograd.MostTaps * TSimd.Count];
        for (nint place = 0; place < Winograd.Places; place++)
        {
            var sum = TSimd.Load(from + (place * placeStride));
            for (nint part = 1; part < parts; part++)
            {
                sum = TSimd.Add(sum, TSimd.Load(from + (part * partStride) + (place * placeStride)));
            }

            TSimd.Store(sums + (place * TSimd.Count), sum);
        }

        for (var column = 0; column < Winograd.Inputs; column++)
        {
            constants.Transposed(
                sums + (column * TSimd.Count), Winograd.Inputs * TSimd.Count, taps, rows + (column * TSimd.Count),
                Winograd.Inputs * TSimd.Count);
        }

        for (var tap = 0; tap < taps; tap++)
        {
            constants.Transposed(
                rows + (tap * Winograd.Inputs * TSimd.Count), TSimd.Count, taps, filter + (tap * taps * TSimd.Count), TSimd.Count);
        }

        // Zero times what is not finite is NaN, which stays.
        var notFinite = TSimd.Zero;
        for (var tap = 0; tap < taps * taps; tap++)
        {
            notFinite = TSimd.MultiplyAdd(TSimd.Load(filter + (tap * TSimd.Count)), TSimd.Zero, notFinite);
        }

        return TSimd.Sum(notFinite) == T.Zero;
    }
}
