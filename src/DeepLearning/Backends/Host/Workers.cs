using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends;

/// <summary>
/// Persistent worker threads for the CPU kernels. A job is split into chunks whose boundaries depend on the problem only;
/// threads claim chunks one by one. The caller takes part, runs whatever no worker has claimed, and never waits for a worker
/// to wake. A worker without work spins for about 100 µs before it parks: the next operation usually follows sooner, and
/// waking a parked thread costs more than a small operation.
/// </summary>
/// <remarks>
/// One job is shared out at a time. A <see cref="Run"/> that finds another in progress (nested, or from a second application
/// thread) runs on its own thread. The job struct is copied to the caller's stack and read from there by the workers; claiming
/// a chunk (a decrement of <see cref="Shared.Unclaimed"/> that stays at or above zero) is what keeps the caller from leaving,
/// so a worker reads the job only between its claim and the end of its chunk. A steady-state run allocates nothing.
/// </remarks>
internal static unsafe class Workers
{
    private const int SpinMicroseconds = 100;

    private static readonly long SpinTicks = Stopwatch.Frequency * SpinMicroseconds / 1_000_000;
    private static readonly bool HasThreads = !OperatingSystem.IsBrowser() && !OperatingSystem.IsWasi();

    [ThreadStatic]
    private static bool s_alone;

    private static Worker[] s_workers = [];
    private static int s_threads = Environment.ProcessorCount;
    private static Shared s_shared;
    private static Exception? s_error;
    private static bool s_canStart = true;

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
        var workers = EnsureWorkers(Volatile.Read(ref s_threads) - 1);
        s_shared.Job = job;
        s_shared.Execute = execute;
        s_shared.Chunks = chunks;
        Volatile.Write(ref s_shared.Unfinished, chunks);

        // A full fence: the workers' parked flags must not be read before the chunks can be seen.
        Interlocked.Exchange(ref s_shared.Unclaimed, chunks);
        WakeOne(workers);
        while (RunOne())
        {
        }

        var spinner = default(SpinWait);
        var deadline = 0L;
        while (Volatile.Read(ref s_shared.Unfinished) > 0)
        {
            // What is left is running on other threads: spin while it is short, give the core away when it is not.
            if (deadline == 0)
            {
                deadline = Stopwatch.GetTimestamp() + SpinTicks;
            }
            else if (Stopwatch.GetTimestamp() > deadline)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            Thread.SpinWait(2);
        }

        var error = s_error;
        s_error = null;
        Volatile.Write(ref s_shared.Busy, 0);
        if (error != null)
        {
            ExceptionDispatchInfo.Throw(error);
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

        Interlocked.Decrement(ref s_shared.Unfinished);
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

        [FieldOffset(392)]
        public int Chunks;

        [FieldOffset(400)]
        public void* Job;

        [FieldOffset(408)]
        public delegate*<void*, int, void> Execute;
    }

    /// <summary>One thread, which never keeps the process alive.</summary>
    private sealed class Worker(int index)
    {
        private readonly object _gate = new();
        private int _parked;

        public void Start()
        {
            var thread = new Thread(Loop) { IsBackground = true, Name = $"DeepLearning worker {index + 1}" };
            thread.UnsafeStart();
        }

        /// <summary>Wakes the worker if it is parked; says whether it was.</summary>
        public bool Wake()
        {
            if (Volatile.Read(ref _parked) == 0)
            {
                return false;
            }

            lock (_gate)
            {
                if (_parked == 0)
                {
                    return false;
                }

                _parked = 0;
                Monitor.Pulse(_gate);
                return true;
            }
        }

        private void Loop()
        {
            while (true)
            {
                if (HasWork())
                {
                    while (HasWork() && RunOne())
                    {
                    }
                }

                if (!SpinForWork())
                {
                    Park();
                    if (HasWork())
                    {
                        WakeOne(Volatile.Read(ref s_workers));
                    }
                }
            }
        }

        private bool HasWork() => Volatile.Read(ref s_shared.Unclaimed) > 0 && index < Volatile.Read(ref s_threads) - 1;

        private bool SpinForWork()
        {
            var deadline = Stopwatch.GetTimestamp() + SpinTicks;
            do
            {
                for (var i = 0; i < 16; i++)
                {
                    if (HasWork())
                    {
                        return true;
                    }

                    Thread.SpinWait(1);
                }
            }
            while (Stopwatch.GetTimestamp() < deadline);
            return false;
        }

        private void Park()
        {
            lock (_gate)
            {
                // Publish the flag before the last look: Share makes chunks visible before it reads the flags.
                Interlocked.Exchange(ref _parked, 1);
                if (HasWork())
                {
                    _parked = 0;
                    return;
                }

                while (_parked != 0)
                {
                    Monitor.Wait(_gate);
                }
            }
        }
    }
}
