using System.Diagnostics;
using System.Globalization;
using DeepLearning.Backends;

namespace DeepLearning.Tests.Backends.Cpu;

[Collection("Thread setting")]
public unsafe class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Every_chunk_runs_exactly_once(int threads)
    {
        using var setting = new ThreadSetting(threads);
        foreach (var chunks in new[] { 0, 1, 2, 3, 5, 16, 1000 })
        {
            for (var repeat = 0; repeat < 50; repeat++)
            {
                var counts = new int[chunks];
                Workers.Run(chunks, new CountJob(counts));
                Assert.All(counts, count => Assert.Equal(1, count));
            }
        }
    }

    [Fact]
    public void Work_is_found_again_after_the_workers_have_parked()
    {
        using var setting = new ThreadSetting(3);
        for (var repeat = 0; repeat < 20; repeat++)
        {
            var counts = new int[64];
            Workers.Run(counts.Length, new CountJob(counts));
            Assert.All(counts, count => Assert.Equal(1, count));
            Thread.Sleep(2);
        }
    }

    [Fact]
    public void Several_threads_take_part()
    {
        using var setting = new ThreadSetting(2);
        var seen = new HashSet<int>();
        for (var repeat = 0; repeat < 100 && seen.Count < 2; repeat++)
        {
            Workers.Run(64, new ThreadJob(seen));
        }

        Assert.True(seen.Count >= 2);
    }

    [Fact]
    public void A_thread_beside_the_computation_leaves_the_workers_alone()
    {
        using var setting = new ThreadSetting(4);
        var seen = new HashSet<int>();
        var id = 0;
        var thread = new Thread(() =>
        {
            Workers.StayOnThisThread();
            id = Environment.CurrentManagedThreadId;
            for (var repeat = 0; repeat < 20; repeat++)
            {
                Workers.Run(64, new ThreadJob(seen));
            }
        });
        thread.Start();
        thread.Join();
        Assert.Equal([id], seen);
    }

    [Fact]
    public void One_thread_runs_everything_on_the_caller()
    {
        using var setting = new ThreadSetting(1);
        var seen = new HashSet<int>();
        Workers.Run(64, new ThreadJob(seen));
        Assert.Equal([Environment.CurrentManagedThreadId], seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_exception_reaches_the_caller_after_all_chunks_have_ended(int threads)
    {
        using var setting = new ThreadSetting(threads);
        for (var repeat = 0; repeat < 20; repeat++)
        {
            var counts = new int[40];
            var error = Assert.Throws<InvalidOperationException>(() => Workers.Run(counts.Length, new FailingJob(counts, 17)));
            Assert.Equal("chunk 17", error.Message);
            Assert.All(counts, count => Assert.Equal(1, count));
        }

        var after = new int[40];
        Workers.Run(after.Length, new CountJob(after));
        Assert.All(after, count => Assert.Equal(1, count));
    }

    [Fact]
    public void A_run_inside_a_chunk_runs_inline()
    {
        using var setting = new ThreadSetting(4);
        var counts = new int[20 * 30];
        Workers.Run(20, new NestedJob(counts));
        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Application_threads_may_run_at_the_same_time()
    {
        using var setting = new ThreadSetting(3);
        var failures = 0;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var repeat = 0; repeat < 300; repeat++)
            {
                var counts = new int[9];
                Workers.Run(counts.Length, new CountJob(counts));
                if (counts.Any(count => count != 1))
                {
                    Interlocked.Increment(ref failures);
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, failures);
    }

    [Fact]
    public void The_thread_count_may_change_while_jobs_run()
    {
        using var setting = new ThreadSetting(2);
        using var stop = new CancellationTokenSource();
        var changer = new Thread(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                Parallelism.Threads = 1 + (i % 6);
                Thread.Yield();
            }
        });
        changer.Start();
        for (var repeat = 0; repeat < 2000; repeat++)
        {
            var counts = new int[12];
            Workers.Run(counts.Length, new CountJob(counts));
            Assert.All(counts, count => Assert.Equal(1, count));
        }

        stop.Cancel();
        changer.Join();
    }

    [Fact]
    public void The_caller_sleeps_while_a_worker_is_held_up()
    {
        using var setting = new ThreadSetting(3);
        for (var repeat = 0; repeat < 30; repeat++)
        {
            var counts = new int[6];
            Workers.Run(counts.Length, new SlowWorkerJob(counts, Environment.CurrentManagedThreadId));
            Assert.All(counts, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void An_interrupt_does_not_end_a_run_and_is_not_lost()
    {
        using var setting = new ThreadSetting(2);
        var complete = true;
        var told = false;
        using var stop = new CancellationTokenSource();
        var thread = new Thread(() =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    var counts = new int[4];
                    Workers.Run(counts.Length, new SlowWorkerJob(counts, Environment.CurrentManagedThreadId));
                    complete &= counts.All(count => count == 1);
                    Thread.Sleep(0);
                }
            }
            catch (ThreadInterruptedException)
            {
                told = true;
            }
        });
        thread.Start();
        Thread.Sleep(20);
        thread.Interrupt();
        told = thread.Join(TimeSpan.FromSeconds(20)) && told;
        stop.Cancel();
        Assert.True(complete);
        Assert.True(told);
    }

    [Fact]
    public void Workers_may_use_every_processor_again_after_they_were_brought_to_one()
    {
        using var setting = new ThreadSetting(2);
        for (var repeat = 0; repeat < 30; repeat++)
        {
            Workers.Run(4, new SlowWorkerJob(new int[4], Environment.CurrentManagedThreadId));
        }

        if (Processor.Current() < 0)
        {
            return;
        }

        Processor.Mask own = new();
        Assert.True(own.Read(0));
        foreach (var thread in Directory.GetDirectories("/proc/self/task"))
        {
            if (NameOf(thread).StartsWith("DeepLearning wo", StringComparison.Ordinal))
            {
                // It leaves after its chunk, and other tests have chunks for it, too: it is enough that it is free once.
                var id = int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture);
                Assert.True(SpinWait.SpinUntil(() => MayUseAll(id, own), TimeSpan.FromSeconds(20)));
            }
        }
    }

    [Fact]
    public void A_steady_run_allocates_nothing()
    {
        using var setting = new ThreadSetting(2);
        var counts = new int[8];
        Workers.Run(counts.Length, new CountJob(counts));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var repeat = 0; repeat < 100; repeat++)
        {
            Workers.Run(counts.Length, new CountJob(counts));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_job_with_references_survives_collections()
    {
        using var setting = new ThreadSetting(3);
        for (var repeat = 0; repeat < 30; repeat++)
        {
            var counts = new int[100];
            Workers.Run(counts.Length, new CollectingJob(counts));
            Assert.All(counts, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void A_thread_count_below_one_is_refused()
    {
        var before = Parallelism.Threads;
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.Threads = 0);
        Assert.Equal(before, Parallelism.Threads);
    }

    [Theory]
    [InlineData(0, 100, 1)]
    [InlineData(99, 100, 1)]
    [InlineData(250, 100, 2)]
    [InlineData(long.MaxValue, 1, Workers.MaximumChunks)]
    public void Chunks_follow_from_the_problem(long work, long grain, int expected) => Assert.Equal(expected, Workers.Chunks(work, grain));

    private readonly struct CountJob(int[] counts) : IJob
    {
        public void Execute(int chunk) => Interlocked.Increment(ref counts[chunk]);
    }

    private readonly struct ThreadJob(HashSet<int> seen) : IJob
    {
        public void Execute(int chunk)
        {
            lock (seen)
            {
                seen.Add(Environment.CurrentManagedThreadId);
            }

            var start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < 20)
            {
                Thread.SpinWait(1);
            }
        }
    }

    private static bool MayUseAll(int thread, Processor.Mask all)
    {
        Processor.Mask its = new();
        return its.Read(thread) && Enumerable.Range(0, Processor.Mask.Processors).All(bit => its[bit] == all[bit]);
    }

    private static string NameOf(string thread)
    {
        try
        {
            return File.ReadAllText($"{thread}/comm");
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>A worker's chunk takes longer than the caller spins for it.</summary>
    private readonly struct SlowWorkerJob(int[] counts, int caller) : IJob
    {
        public void Execute(int chunk)
        {
            if (Environment.CurrentManagedThreadId != caller)
            {
                Thread.Sleep(1);
            }

            Interlocked.Increment(ref counts[chunk]);
        }
    }

    private readonly struct FailingJob(int[] counts, int failing) : IJob
    {
        public void Execute(int chunk)
        {
            Interlocked.Increment(ref counts[chunk]);
            if (chunk == failing)
            {
                throw new InvalidOperationException($"chunk {chunk}");
            }
        }
    }

    private readonly struct NestedJob(int[] counts) : IJob
    {
        public void Execute(int chunk) => Workers.Run(30, new InnerJob(counts, chunk));
    }

    private readonly struct InnerJob(int[] counts, int outer) : IJob
    {
        public void Execute(int chunk) => Interlocked.Increment(ref counts[(outer * 30) + chunk]);
    }

    private readonly struct CollectingJob(int[] counts) : IJob
    {
        public void Execute(int chunk)
        {
            if (chunk % 50 == 0)
            {
                GC.Collect(0);
            }

            Interlocked.Increment(ref counts[chunk]);
        }
    }
}
