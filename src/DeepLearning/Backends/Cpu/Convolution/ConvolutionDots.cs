using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The dot products of <see cref="ConvolutionWeightGradient{T, V, TSimd}"/>: lines of gradients with the source at several taps.
/// </summary>
internal static unsafe class ConvolutionDots<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>
    /// The virtual lanes of a dot product, one 512-bit vector: position p goes into lane p mod <see cref="Lanes"/>, so that the bits do not
    /// depend on the width of the vectors. Narrower ones go over the positions several times, for some of the lanes each.
    /// </summary>
    public static int Lanes => 64 / sizeof(T);

    /// <summary>Twelve dot products: lines 0 to <paramref name="last"/> (at most 3; missing ones repeat it) with three vectors.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Dot4(in ConvolutionPieces pieces, T* line, int last, T* x, T* y, T* z, T* result)
    {
        nint line1 = pieces.LineStride * Math.Min(1, last);
        nint line2 = pieces.LineStride * Math.Min(2, last);
        nint line3 = pieces.LineStride * last;
        var totals = stackalloc T[12 * Lanes];
        for (nint lane = 0; lane < Lanes; lane += TSimd.Count)
        {
            Dot4(pieces, lane, line, line1, line2, line3, x, y, z, totals + lane);
        }

        for (var i = 0; i < 12; i++)
        {
            result[i] = SumLanes(totals + (i * Lanes));
        }
    }

    /// <summary>The part of a dot product that falls to the lanes of one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Dot4(
        in ConvolutionPieces pieces, nint lane, T* line, nint line1, nint line2, nint line3, T* x, T* y, T* z, T* totals)
    {
        nint length = pieces.Step;
        nint next = pieces.SourceStep;
        V x0 = TSimd.Zero, y0 = TSimd.Zero, z0 = TSimd.Zero, x1 = TSimd.Zero, y1 = TSimd.Zero, z1 = TSimd.Zero;
        V x2 = TSimd.Zero, y2 = TSimd.Zero, z2 = TSimd.Zero, x3 = TSimd.Zero, y3 = TSimd.Zero, z3 = TSimd.Zero;
        for (var image = pieces.Images; image > 0; image--)
        {
            for (var i = lane; i < length; i += Lanes)
            {
                var a = TSimd.Load(line + i);
                var b = TSimd.Load(line + line1 + i);
                var c = TSimd.Load(line + line2 + i);
                var d = TSimd.Load(line + line3 + i);
                var factor = TSimd.Load(x + i);
                x0 = TSimd.MultiplyAdd(a, factor, x0);
                x1 = TSimd.MultiplyAdd(b, factor, x1);
                x2 = TSimd.MultiplyAdd(c, factor, x2);
                x3 = TSimd.MultiplyAdd(d, factor, x3);
                factor = TSimd.Load(y + i);
                y0 = TSimd.MultiplyAdd(a, factor, y0);
                y1 = TSimd.MultiplyAdd(b, factor, y1);
                y2 = TSimd.MultiplyAdd(c, factor, y2);
                y3 = TSimd.MultiplyAdd(d, factor, y3);
                factor = TSimd.Load(z + i);
                z0 = TSimd.MultiplyAdd(a, factor, z0);
                z1 = TSimd.MultiplyAdd(b, factor, z1);
                z2 = TSimd.MultiplyAdd(c, factor, z2);
                z3 = TSimd.MultiplyAdd(d, factor, z3);
            }

            line += length;
            x += next;
            y += next;
            z += next;
        }

        TSimd.Store(totals, x0);
        TSimd.Store(totals + Lanes, y0);
        TSimd.Store(totals + (2 * Lanes), z0);
        TSimd.Store(totals + (3 * Lanes), x1);
        TSimd.Store(totals + (4 * Lanes), y1);
        TSimd.Store(totals + (5 * Lanes), z1);
        TSimd.Store(totals + (6 * Lanes), x2);
        TSimd.Store(totals + (7 * Lanes), y2);
        TSimd.Store(totals + (8 * Lanes), z2);
        TSimd.Store(totals + (9 * Lanes), x3);
        TSimd.Store(totals + (10 * Lanes), y3);
        TSimd.Store(totals + (11 * Lanes), z3);
    }

    /// <summary>Three dot products of one line.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Dot1(in ConvolutionPieces pieces, T* line, T* x, T* y, T* z, T* result)
    {
        var totals = stackalloc T[3 * Lanes];
        for (nint lane = 0; lane < Lanes; lane += TSimd.Count)
        {
            nint length = pieces.Step;
            T* l = line, px = x, py = y, pz = z;
            V x0 = TSimd.Zero, y0 = TSimd.Zero, z0 = TSimd.Zero;
            for (var image = pieces.Images; image > 0; image--)
            {
                for (var i = lane; i < length; i += Lanes)
                {
                    var a = TSimd.Load(l + i);
                    x0 = TSimd.MultiplyAdd(a, TSimd.Load(px + i), x0);
                    y0 = TSimd.MultiplyAdd(a, TSimd.Load(py + i), y0);
                    z0 = TSimd.MultiplyAdd(a, TSimd.Load(pz + i), z0);
                }

                l += length;
                px += pieces.SourceStep;
                py += pieces.SourceStep;
                pz += pieces.SourceStep;
            }

            TSimd.Store(totals + lane, x0);
            TSimd.Store(totals + Lanes + lane, y0);
            TSimd.Store(totals + (2 * Lanes) + lane, z0);
        }

        for (var i = 0; i < 3; i++)
        {
            result[i] = SumLanes(totals + (i * Lanes));
        }
    }

    /// <summary>The sum of all lanes by halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SumLanes(T* lanes)
    {
        for (var half = Lanes / 2; half >= TSimd.Count; half >>= 1)
        {
            for (var i = 0; i < half; i += TSimd.Count)
            {
                TSimd.Store(lanes + i, TSimd.Add(TSimd.Load(lanes + i), TSimd.Load(lanes + i + half)));
            }
        }

        return TSimd.Sum(TSimd.Load(lanes));
    }
}

/// <summary>Several images of a dot product: lines of gradients are contiguous, sources have gaps between the images.</summary>
internal readonly record struct ConvolutionPieces(int Images, int Step, int SourceStep, int LineStride);
