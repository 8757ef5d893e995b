using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Workloads;

/// <summary>What the processor can do at most: fused multiply-adds on registers alone, and how near the matrix product comes.</summary>
internal static class Peak
{
    private const int Rounds = 2_000_000;

    /// <summary>Sixteen registers hold no more beside the operands, and two units of latency four or five need ten.</summary>
    private const int Chains = 12;

    /// <summary>GFLOP/s of one thread's multiply-adds, the best of some.</summary>
    public static double OneThread() => Enumerable.Range(0, 15).Max(static _ => MultiplyAdds()) / 1e9;

    /// <summary>GFLOP/s of so many threads' multiply-adds at once, the best of some.</summary>
    public static double AllThreads(int threads)
    {
        double[][] rates = new double[threads][];
        using Barrier barrier = new(threads);
        OnThreads(threads, part => rates[part] = [.. Enumerable.Range(0, 15).Select(_ =>
        {
            barrier.SignalAndWait();
            return MultiplyAdds() / 1e9;
        })]);
        return Enumerable.Range(0, rates[0].Length).Max(i => rates.Sum(r => r[i]));
    }

    /// <summary>Runs a part on each of so many threads of their own.</summary>
    public static void OnThreads(int threads, Action<int> part)
    {
        Thread[] all = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => part(i)))];
        Array.ForEach(all, static t => t.Start());
        Array.ForEach(all, static t => t.Join());
    }

    /// <summary>Measures both in turn on one thread and prints medians.</summary>
    public static void Run(int size, double seconds)
    {
        int threads = Parallelism.Threads;
        Parallelism.Threads = 1;
        Tensor a = Tensor.Randn(size, size), b = Tensor.Randn(size, size);
        List<double> peaks = [], products = [];
        long begin = Stopwatch.GetTimestamp();
        while (peaks.Count < 9 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
        {
            peaks.Add(MultiplyAdds() / 1e9);
            long start = Stopwatch.GetTimestamp();
            int count = 0;
            for (; count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.05; count++)
            {
                using TensorScope scope = new();
                a.MatMul(b);
            }

            products.Add(2.0 * size * size * size * count / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9);
        }

        Parallelism.Threads = threads;
        peaks.Sort();
        products.Sort();
        double peak = peaks[peaks.Count / 2], product = products[products.Count / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"one thread: FMA peak {peak:0.0} GFLOP/s, gemm_{size} {product:0.0} GFLOP/s, {100 * product / peak:0.0} % (medians of "
                + $"{peaks.Count}; best {peaks[^1]:0.0}, {products[^1]:0.0})"));
    }

    /// <summary>Operations a second. The chains run in methods that call nothing: a call would make the compiler keep them in
    /// memory.</summary>
    private static double MultiplyAdds()
    {
        long start = Stopwatch.GetTimestamp();
        float sum = Vector512.IsHardwareAccelerated ? Fused512() : Vector256.IsHardwareAccelerated ? Fused256() : Fused128();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int width = Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;
        return float.IsNaN(sum) ? double.NaN : 2.0 * width * Chains * Rounds / seconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Fused512()
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int round = 0; round < Rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Fused256()
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(0.001f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int round = 0; round < Rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Fused128()
    {
        Vector128<float> x = Vector128.Create(0.999f), y = Vector128.Create(0.001f);
        Vector128<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int round = 0; round < Rounds; round++)
        {
            a = Vector128.FusedMultiplyAdd(a, x, y);
            b = Vector128.FusedMultiplyAdd(b, x, y);
            c = Vector128.FusedMultiplyAdd(c, x, y);
            d = Vector128.FusedMultiplyAdd(d, x, y);
            e = Vector128.FusedMultiplyAdd(e, x, y);
            f = Vector128.FusedMultiplyAdd(f, x, y);
            g = Vector128.FusedMultiplyAdd(g, x, y);
            h = Vector128.FusedMultiplyAdd(h, x, y);
            i = Vector128.FusedMultiplyAdd(i, x, y);
            j = Vector128.FusedMultiplyAdd(j, x, y);
            k = Vector128.FusedMultiplyAdd(k, x, y);
            l = Vector128.FusedMultiplyAdd(l, x, y);
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
