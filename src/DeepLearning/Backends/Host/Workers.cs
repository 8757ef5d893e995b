using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends;

/// <summary>
/// Persistent worker threads for the CPU kernels. A job is split into chunks whose boundaries depend on the problem only;
/// threads claim chunks one by one. The caller takes part, runs whatever no worker has claimed, and never waits for a worker
/// to wake. A worker without work spins for about 100 µs before it parks: the next operation usually follows sooner, and
/// waking a parked thread costs more than a small operation. Where other processes leave fewer processors than there are threads, a
/// worker takes no time from the caller (<see cref="Worker"/>).
/// </summary>
/// <remarks>
/// One job is shared out at a time. A <see cref="Run"/> that finds another in progress (nested, or from a second application
/// thread) runs on its own thread. The job struct is copied to the caller's stack and read from there by the workers; claiming
/// a chunk (a decrement of <see cref="Shared.Unclaimed"/> that stays at or above zero) is what keeps the caller from leaving,
/// so a worker reads the job only between its claim and the end of its chunk. A steady-state run allocates nothing.
/// </remarks>
internal static unsafe partial class Workers
{
    private const int SpinMicroseconds = 100;

    private static readonly long SpinTicks = Stopwatch.Frequency * SpinMicroseconds / 1_000_000;
    private static readonly object Ended = new();
    private static readonly bool HasThreads = !OperatingSystem.IsBrowser() && !OperatingSystem.IsWasi();

    [ThreadStatic]
    private static bool s_alone;

    private static Worker[] s_workers = [];
    private static int s_threads = Environment.ProcessorCount;
    private static Shared s_shared;
    private static Exception? s_error;
    private static bool s_canStart = true;
    private static long s_restUntil;

    /// <summary>The most threads a run uses, the caller included.</summary>
    public static int Threads
    {
        get => s_threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Volatile.Write(ref s_threads, value);
        }
    }

    /// <summary>
    /// The number of chunks for <paramref name="work"/> units with at least <paramref name="grain"/> units in each: a function
    /// of the problem only, never of the thread count. Chunk i covers [work · i / chunks, work · (i + 1) / chunks).
    /// </summary>
    public static int Chunks(long work, long grain) => (int)Math.Clamp(work / Math.Max(grain, 1), 1, MaximumChunks);

    /// <summary>The most chunks that <see cref="Chunks"/> gives: enough to balance a large machine.</summary>
    public const int MaximumChunks = 1024;

    /// <summary>
    /// Makes every run of this thread stay on it: a thread beside the computation (one that reads data ahead) leaves the workers to it.
    /// </summary>
    public static void StayOnThisThread() => s_alone = true;

    /// <summary>Runs every chunk of the job once and returns when all have ended.</summary>
    /// <param name="chunks">The number of chunks; none for 0.</param>
    /// <param name="job">The job.</param>
    /// <exception cref="Exception">The first exception that a chunk threw, after all chunks have ended.</exception>
    public static void Run<TJob>(int chunks, in TJob job)
        where TJob : struct, IJob
    {
        if (chunks <= 1 || s_threads == 1 || !HasThreads || s_alone || Interlocked.CompareExchange(ref s_shared.Busy, 1, 0) != 0)
        {
            RunInline(chunks, in job);
            return;
        }

        var copy = job;
        Share(chunks, Unsafe.AsPointer(ref copy), &Invoke<TJob>);
    }

    private static void RunInline<TJob>(int chunks, in TJob job)
        where TJob : struct, IJob
    {
        Exception? error = null;
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            try
            {
                Unsafe.AsRef(in job).Execute(chunk);
            }
            catch (Exception e)
            {
                error ??= e;
            }
        }

        if (error != null)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    private static void Invoke<TJob>(void* job, int chunk)
        where TJob : struct, IJob => Unsafe.AsRef<TJob>(job).Execute(chunk);

    private static void Share(int chunks, void* job, delegate*<void*, int, void> execute)
    {
        var began = Stopwatch.GetTimestamp();
        var workers = EnsureWorkers(Volatile.Read(ref s_threads) - 1);
        s_shared.Job = job;
        s_shared.Execute = execute;
        s_shared.Chunks = chunks;
        s_shared.Processor = Processor.Current();
        Volatile.Write(ref s_shared.Unfinished, chunks);

        // A full fence: the workers' parked flags must not be read before the chunks can be seen.
        Interlocked.Exchange(ref s_shared.Unclaimed, chunks);
        var interrupted = !TryWake(workers);
        while (RunOne())
        {
        }

        if (Volatile.Read(ref s_shared.Unfinished) > 0)
        {
            interrupted |= !TryAwaitOthers(began);
        }

        var error = s_error;
        s_error = null;
        Volatile.Write(ref s_shared.Busy, 0);
        if (interrupted)
        {
            // Nobody may leave while chunks run: the next wait of this thread tells of it.
            Thread.CurrentThread.Interrupt();
        }

        if (error != null)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    private static bool TryWake(Worker[] workers)
    {
        try
        {
            WakeOne(workers);
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }

    /// <summary>
    /// Waits for the chunks that other threads have claimed: spins for as long as the caller's own chunks took, and 100 µs at least, then
    /// sleeps. A worker that takes longer than that has probably lost its processor to another process, for milliseconds, in the middle
    /// of a chunk: it is brought to the caller's, which is free now.
    /// </summary>
    /// <returns>False if the thread was interrupted meanwhile.</returns>
    private static bool TryAwaitOthers(long began)
    {
        var now = Stopwatch.GetTimestamp();
        var deadline = now + Math.Max(SpinTicks, now - began);
        var uninterrupted = true;
        while (Volatile.Read(ref s_shared.Unfinished) > 0)
        {
            if (Stopwatch.GetTimestamp() < deadline)
            {
                Thread.SpinWait(2);
                continue;
            }

            try
            {
                SleepUntilEnded();
            }
            catch (ThreadInterruptedException)
            {
                uninterrupted = false;
            }
        }

        return uninterrupted;
    }

    private static void SleepUntilEnded()
    {
        lock (Ended)
        {
            // Publish the flag before the last look: whoever ends the last chunk counts it down before it reads the flag.
            Interlocked.Exchange(ref s_shared.Asleep, 1);
            foreach (var worker in s_workers)
            {
                worker.Bring(Processor.Current());
            }

            try
            {
                while (Volatile.Read(ref s_shared.Unfinished) > 0)
                {
                    Monitor.Wait(Ended);
                }
            }
            finally
            {
                s_shared.Asleep = 0;
            }
        }
    }

    private static void WakeCaller()
    {
        lock (Ended)
        {
            Monitor.Pulse(Ended);
        }
    }

    /// <summary>Claims a chunk of the current job and runs it; false when none is left.</summary>
    private static bool RunOne()
    {
        if (Volatile.Read(ref s_shared.Unclaimed) <= 0)
        {
            return false;
        }

        var left = Interlocked.Decrement(ref s_shared.Unclaimed);
        if (left < 0)
        {
            return false;
        }

        try
        {
            s_shared.Execute(s_shared.Job, s_shared.Chunks - 1 - left);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref s_error, e, null);
        }

        if (Interlocked.Decrement(ref s_shared.Unfinished) == 0 && Volatile.Read(ref s_shared.Asleep) != 0)
        {
            WakeCaller();
        }

        return true;
    }

    private static Worker[] EnsureWorkers(int count)
    {
        var workers = s_workers;
        if (workers.Length >= count || !s_canStart)
        {
            return workers;
        }

        // Only the run in progress comes here, so nothing else replaces the array. A thread that cannot be started is done
        // without: the caller runs the chunks.
        var more = new List<Worker>(workers);
        try
        {
            while (more.Count < count)
            {
                var worker = new Worker(more.Count);
                worker.Start();
                more.Add(worker);
            }
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException or PlatformNotSupportedException)
        {
            s_canStart = false;
        }

        Volatile.Write(ref s_workers, [.. more]);
        return s_workers;
    }

    /// <summary>
    /// Wakes one parked worker if chunks are unclaimed. Each woken worker wakes the next, so that the caller pays for one.
    /// </summary>
    private static void WakeOne(Worker[] workers)
    {
        if (Volatile.Read(ref s_restUntil) != 0)
        {
            if (Stopwatch.GetTimestamp() < s_restUntil)
            {
                return;
            }

            s_restUntil = 0;
        }

        var count = Math.Min(workers.Length, Volatile.Read(ref s_threads) - 1);
        for (var i = 0; i < count; i++)
        {
            if (workers[i].Wake())
            {
                return;
            }
        }
    }

    /// <summary>The state that all threads touch, each hot field on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Shared
    {
        /// <summary>Chunks that no thread has claimed; at or below zero when there are none.</summary>
        [FieldOffset(128)]
        public int Unclaimed;

        /// <summary>Chunks that have not ended.</summary>
        [FieldOffset(256)]
        public int Unfinished;

        /// <summary>1 while a run shares its chunks out.</summary>
        [FieldOffset(384)]
        public int Busy;

        /// <summary>1 while the caller sleeps until no chunk is unfinished.</summary>
        [FieldOffset(260)]
        public int Asleep;

        [FieldOffset(392)]
        public int Chunks;

        /// <summary>The processor that the caller runs on.</summary>
        [FieldOffset(396)]
        public int Processor;

        [FieldOffset(400)]
        public void* Job;

        [FieldOffset(408)]
        public delegate*<void*, int, void> Execute;
    }
}
