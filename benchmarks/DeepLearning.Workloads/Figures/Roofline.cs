using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DeepLearning.Workloads;

/// <summary>
/// What this machine can do at most on the threads in use, and so the time that a workload's work takes at least: its operations at
/// the multiply-add peak, its bytes at the rate of copying. What the caches keep can be faster than that rate.
/// </summary>
/// <param name="OneThread">GFLOP/s of one thread.</param>
/// <param name="AllThreads">GFLOP/s of all threads at once.</param>
/// <param name="Copy">GB/s read and written while copying 2^24 float32 numbers on all threads.</param>
internal sealed record Roofline(double OneThread, double AllThreads, double Copy)
{
    private const int Bytes = 4 << 24;

    public static Roofline Measure() => new(Peak.OneThread(), Peak.AllThreads(Parallelism.Threads), Copying(Parallelism.Threads));

    /// <summary>Seconds for the operations.</summary>
    public double OfOperations(Work work, int? threads) => work.Operations / (threads == 1 ? OneThread : AllThreads) / 1e9;

    /// <summary>Seconds for the bytes.</summary>
    public double OfBytes(Work work) => work.Bytes / Copy / 1e9;

    /// <summary>The better of two: on a busy machine either may be low.</summary>
    public Roofline BestOf(Roofline other) =>
        new(Math.Max(OneThread, other.OneThread), Math.Max(AllThreads, other.AllThreads), Math.Max(Copy, other.Copy));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"peaks: {OneThread:0.0} GFLOP/s of multiply-adds on one thread, {AllThreads:0.0} on {Parallelism.Threads}; copying {Copy:0.0} "
        + $"GB/s");

    /// <summary>Each thread copies its part of the same memory again and again, as kernels that reuse their results do.</summary>
    private static unsafe double Copying(int threads)
    {
        byte* from = (byte*)NativeMemory.AlignedAlloc(Bytes, 2 << 20), to = (byte*)NativeMemory.AlignedAlloc(Bytes, 2 << 20);
        try
        {
            new Span<byte>(from, Bytes).Fill(1);
            new Span<byte>(to, Bytes).Fill(2);
            nint source = (nint)from, target = (nint)to;
            double best = double.PositiveInfinity;
            using Barrier barrier = new(threads);
            Peak.OnThreads(threads, part =>
            {
                int begin = (int)((long)Bytes * part / threads), end = (int)((long)Bytes * (part + 1) / threads);
                for (int i = 0; i < 15; i++)
                {
                    barrier.SignalAndWait();
                    long start = Stopwatch.GetTimestamp();
                    Buffer.MemoryCopy((byte*)source + begin, (byte*)target + begin, end - begin, end - begin);
                    barrier.SignalAndWait();
                    if (part == 0)
                    {
                        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
                    }
                }
            });
            return 2.0 * Bytes / best / 1e9;
        }
        finally
        {
            NativeMemory.AlignedFree(from);
            NativeMemory.AlignedFree(to);
        }
    }
}
