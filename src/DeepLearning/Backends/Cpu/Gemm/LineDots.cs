using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Dot products of one vector with lines that run along memory.</summary>
/// <remarks>
/// Element p of a line goes into virtual lane p mod <see cref="Lanes"/>, and lanes are combined by halves: the bits do not depend on the
/// width of the vectors, nor on where a line stands. Eight chains of multiply-adds are open at once at every width: four lines with the
/// widest vectors, two with those half as wide, one with a quarter.
/// </remarks>
internal static unsafe class LineDots<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>The virtual lanes of a dot product: two 512-bit vectors.</summary>
    private static int Lanes => 128 / sizeof(T);

    /// <summary>The products of <paramref name="count"/> lines of length <paramref name="k"/> with x.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(T* data, nint lineStride, int count, int k, T* x, T* sums)
    {
        var i = 0;
        if (TSimd.Count * 2 == Lanes)
        {
            for (; i + 4 <= count; i += 4, data += 4 * lineStride)
            {
                Four(data, lineStride, k, x, sums + i);
            }
        }

        if (TSimd.Count * 4 >= Lanes)
        {
            for (; i + 2 <= count; i += 2, data += 2 * lineStride)
            {
                Two(data, lineStride, k, x, sums + i);
            }
        }

        for (; i < count; i++, data += lineStride)
        {
            sums[i] = TSimd.Count * 8 >= Lanes ? One(data, k, x) : Scalar(data, k, x);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Four(T* l0, nint lineStride, int k, T* x, T* sums)
    {
        int n = TSimd.Count, p = 0;
        T* l1 = l0 + lineStride, l2 = l1 + lineStride, l3 = l2 + lineStride;
        V s0 = TSimd.Zero, s1 = s0, s2 = s0, s3 = s0;
        V t0 = s0, t1 = s0, t2 = s0, t3 = s0;
        for (; p <= k - (2 * n); p += 2 * n)
        {
            var x0 = TSimd.Load(x + p);
            var x1 = TSimd.Load(x + p + n);
            s0 = TSimd.MultiplyAdd(TSimd.Load(l0 + p), x0, s0);
            s1 = TSimd.MultiplyAdd(TSimd.Load(l1 + p), x0, s1);
            s2 = TSimd.MultiplyAdd(TSimd.Load(l2 + p), x0, s2);
            s3 = TSimd.MultiplyAdd(TSimd.Load(l3 + p), x0, s3);
            t0 = TSimd.MultiplyAdd(TSimd.Load(l0 + p + n), x1, t0);
            t1 = TSimd.MultiplyAdd(TSimd.Load(l1 + p + n), x1, t1);
            t2 = TSimd.MultiplyAdd(TSimd.Load(l2 + p + n), x1, t2);
            t3 = TSimd.MultiplyAdd(TSimd.Load(l3 + p + n), x1, t3);
        }

        if (p < k)
        {
            var left = Math.Min(n, k - p);
            var x0 = TSimd.LoadPartial(x + p, left);
            s0 = TSimd.MultiplyAdd(TSimd.LoadPartial(l0 + p, left), x0, s0);
            s1 = TSimd.MultiplyAdd(TSimd.LoadPartial(l1 + p, left), x0, s1);
            s2 = TSimd.MultiplyAdd(TSimd.LoadPartial(l2 + p, left), x0, s2);
            s3 = TSimd.MultiplyAdd(TSimd.LoadPartial(l3 + p, left), x0, s3);
        }

        p += n;
        if (p < k)
        {
            // Fewer than a vector, or the pair would have been whole.
            var left = k - p;
            var x1 = TSimd.LoadPartial(x + p, left);
            t0 = TSimd.MultiplyAdd(TSimd.LoadPartial(l0 + p, left), x1, t0);
            t1 = TSimd.MultiplyAdd(TSimd.LoadPartial(l1 + p, left), x1, t1);
            t2 = TSimd.MultiplyAdd(TSimd.LoadPartial(l2 + p, left), x1, t2);
            t3 = TSimd.MultiplyAdd(TSimd.LoadPartial(l3 + p, left), x1, t3);
        }

        sums[0] = TSimd.Sum(TSimd.Add(s0, t0));
        sums[1] = TSimd.Sum(TSimd.Add(s1, t1));
        sums[2] = TSimd.Sum(TSimd.Add(s2, t2));
        sums[3] = TSimd.Sum(TSimd.Add(s3, t3));
    }

    /// <summary>Two lines in four vectors each; in two of them where they hold all lanes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Two(T* l0, nint lineStride, int k, T* x, T* sums)
    {
        int n = TSimd.Count, p = 0;
        var l1 = l0 + lineStride;
        V s0 = TSimd.Zero, s1 = s0, s2 = s0, s3 = s0;
        V t0 = s0, t1 = s0, t2 = s0, t3 = s0;
        for (; p <= k - Lanes; p += Lanes)
        {
            var f = TSimd.Load(x + p);
            s0 = TSimd.MultiplyAdd(TSimd.Load(l0 + p), f, s0);
            t0 = TSimd.MultiplyAdd(TSimd.Load(l1 + p), f, t0);
            f = TSimd.Load(x + p + n);
            s1 = TSimd.MultiplyAdd(TSimd.Load(l0 + p + n), f, s1);
            t1 = TSimd.MultiplyAdd(TSimd.Load(l1 + p + n), f, t1);
            if (4 * n == Lanes)
            {
                f = TSimd.Load(x + p + (2 * n));
                s2 = TSimd.MultiplyAdd(TSimd.Load(l0 + p + (2 * n)), f, s2);
                t2 = TSimd.MultiplyAdd(TSimd.Load(l1 + p + (2 * n)), f, t2);
                f = TSimd.Load(x + p + (3 * n));
                s3 = TSimd.MultiplyAdd(TSimd.Load(l0 + p + (3 * n)), f, s3);
                t3 = TSimd.MultiplyAdd(TSimd.Load(l1 + p + (3 * n)), f, t3);
            }
        }

        if (p < k)
        {
            s0 = Rest(l0, x, p, k, s0);
            t0 = Rest(l1, x, p, k, t0);
            s1 = Rest(l0, x, p + n, k, s1);
            t1 = Rest(l1, x, p + n, k, t1);
            s2 = Rest(l0, x, p + (2 * n), k, s2);
            t2 = Rest(l1, x, p + (2 * n), k, t2);
            s3 = Rest(l0, x, p + (3 * n), k, s3);
            t3 = Rest(l1, x, p + (3 * n), k, t3);
        }

        sums[0] = TSimd.Sum(ByHalves(s0, s1, s2, s3));
        sums[1] = TSimd.Sum(ByHalves(t0, t1, t2, t3));
    }

    /// <summary>One line in eight vectors; in four or two of them where they hold all lanes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T One(T* line, int k, T* x)
    {
        int n = TSimd.Count, p = 0;
        V s0 = TSimd.Zero, s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (; p <= k - Lanes; p += Lanes)
        {
            s0 = TSimd.MultiplyAdd(TSimd.Load(line + p), TSimd.Load(x + p), s0);
            s1 = TSimd.MultiplyAdd(TSimd.Load(line + p + n), TSimd.Load(x + p + n), s1);
            if (4 * n <= Lanes)
            {
                s2 = TSimd.MultiplyAdd(TSimd.Load(line + p + (2 * n)), TSimd.Load(x + p + (2 * n)), s2);
                s3 = TSimd.MultiplyAdd(TSimd.Load(line + p + (3 * n)), TSimd.Load(x + p + (3 * n)), s3);
            }

            if (8 * n == Lanes)
            {
                s4 = TSimd.MultiplyAdd(TSimd.Load(line + p + (4 * n)), TSimd.Load(x + p + (4 * n)), s4);
                s5 = TSimd.MultiplyAdd(TSimd.Load(line + p + (5 * n)), TSimd.Load(x + p + (5 * n)), s5);
                s6 = TSimd.MultiplyAdd(TSimd.Load(line + p + (6 * n)), TSimd.Load(x + p + (6 * n)), s6);
                s7 = TSimd.MultiplyAdd(TSimd.Load(line + p + (7 * n)), TSimd.Load(x + p + (7 * n)), s7);
            }
        }

        if (p < k)
        {
            s0 = Rest(line, x, p, k, s0);
            s1 = Rest(line, x, p + n, k, s1);
            s2 = Rest(line, x, p + (2 * n), k, s2);
            s3 = Rest(line, x, p + (3 * n), k, s3);
            s4 = Rest(line, x, p + (4 * n), k, s4);
            s5 = Rest(line, x, p + (5 * n), k, s5);
            s6 = Rest(line, x, p + (6 * n), k, s6);
            s7 = Rest(line, x, p + (7 * n), k, s7);
        }

        return TSimd.Sum(8 * n == Lanes
            ? ByHalves(TSimd.Add(s0, s4), TSimd.Add(s1, s5), TSimd.Add(s2, s6), TSimd.Add(s3, s7))
            : ByHalves(s0, s1, s2, s3));
    }

    /// <summary>Where there are no vectors.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Scalar(T* line, int k, T* x)
    {
        var totals = stackalloc T[Lanes];
        for (var lane = 0; lane < Lanes; lane++)
        {
            var sum = TSimd.Zero;
            for (var p = lane; p < k; p += Lanes)
            {
                sum = TSimd.MultiplyAdd(TSimd.Load(line + p), TSimd.Load(x + p), sum);
            }

            TSimd.Store(totals + lane, sum);
        }

        for (var half = Lanes / 2; half > 0; half >>= 1)
        {
            for (var i = 0; i < half; i++)
            {
                TSimd.Store(totals + i, TSimd.Add(TSimd.Load(totals + i), TSimd.Load(totals + i + half)));
            }
        }

        return *totals;
    }

    /// <summary>The vector at p of the last, incomplete group of lanes; nothing where the line has ended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Rest(T* line, T* x, int p, int k, V sum) =>
        p <= k - TSimd.Count ? TSimd.MultiplyAdd(TSimd.Load(line + p), TSimd.Load(x + p), sum)
        : p < k ? TSimd.MultiplyAdd(TSimd.LoadPartial(line + p, k - p), TSimd.LoadPartial(x + p, k - p), sum)
        : sum;

    /// <summary>Four vectors of lanes in one; two where the third and fourth stayed zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ByHalves(V a, V b, V c, V d) =>
        2 * TSimd.Count == Lanes ? TSimd.Add(a, b) : TSimd.Add(TSimd.Add(a, c), TSimd.Add(b, d));
}
