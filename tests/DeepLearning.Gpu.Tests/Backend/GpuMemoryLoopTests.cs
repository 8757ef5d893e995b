using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using DeepLearning.Backends.Gpu;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>The pool over a driver that only counts: long loops, full devices, and which threads call it.</summary>
public sealed class GpuMemoryLoopTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public void Ten_thousand_steps_that_drop_their_tensors_stay_flat()
    {
        CountingDriver driver = new(long.MaxValue);
        GpuPool pool = driver.Pool(long.MaxValue);
        long after = 0;
        for (int step = 0; step < 10_000; step++)
        {
            Step(pool, driver);
            after = step == 1000 ? pool.Statistics.Reserved : after;
        }

        Assert.InRange(pool.Statistics.Reserved, 1, after);
        Assert.True(after < 512 * Megabyte, $"{after:N0} bytes after a thousand steps of eight.");
        Assert.InRange(driver.Allocations, 1, 1000);
        Assert.Empty(driver.Problems);

        // Eight megabytes each, of which a few live for some steps: in the collector's eyes they grow old.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Step(GpuPool pool, CountingDriver driver)
        {
            for (int i = 0; i < 8; i++)
            {
                driver.Held.Enqueue(new GpuStorage(Device.Cpu, pool, pool.Rent(Megabyte)));
            }

            while (driver.Held.Count > 40)
            {
                driver.Held.Dequeue();
            }
        }
    }

    [Fact]
    public void A_full_device_is_emptied_of_what_nobody_holds_before_it_refuses()
    {
        CountingDriver driver = new(100 * Megabyte);
        GpuPool pool = driver.Pool(long.MaxValue);
        for (int i = 0; i < 1000; i++)
        {
            Drop(pool, i);
        }

        Assert.True(driver.Used <= 100 * Megabyte);
        Assert.Empty(driver.Problems);

        // Of several sizes, so that blocks of others must be freed for one.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop(GpuPool pool, int i) => _ = new GpuStorage(Device.Cpu, pool, pool.Rent(((i % 7) + 1) * 5 * Megabyte));
    }

    [Fact]
    public void A_refusal_names_the_largest_holders_first()
    {
        CountingDriver driver = new(100 * Megabyte);
        GpuPool pool = driver.Pool(80 * Megabyte);
        GpuStorage[] held =
        [
            .. Enumerable.Range(0, 3).Select(_ => new GpuStorage(Device.Cpu, pool, pool.Rent(16 * Megabyte))),
            .. Enumerable.Range(0, 5).Select(_ => new GpuStorage(Device.Cpu, pool, pool.Rent(Megabyte))),
        ];
        InsufficientMemoryException refused = Assert.Throws<InsufficientMemoryException>(() => pool.Rent(64 * Megabyte));
        Assert.Contains("3 of 16,777,216 bytes, 5 of 1,048,576 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("at most 83,886,080", refused.Message, StringComparison.Ordinal);
        GC.KeepAlive(held);
    }

    [Fact]
    public void Finalizers_never_call_the_driver()
    {
        CountingDriver driver = new(64 * Megabyte);
        GpuPool pool = driver.Pool(long.MaxValue);
        for (int round = 0; round < 20; round++)
        {
            Fill(pool);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        pool.Trim();
        Assert.Equal(0, driver.Used);
        Assert.True(driver.Frees > 0);
        Assert.Empty(driver.Problems);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Fill(GpuPool pool)
        {
            for (int i = 0; i < 10; i++)
            {
                _ = new GpuStorage(Device.Cpu, pool, pool.Rent((i + 1) * Megabyte / 2));
            }
        }
    }

    [Fact]
    public void A_driver_that_a_finalizer_calls_is_noticed()
    {
        CountingDriver driver = new(64 * Megabyte);
        Leave(driver);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.NotEmpty(driver.Problems);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Leave(CountingDriver driver) => _ = new Careless(driver);
    }

    private sealed class Careless(CountingDriver driver)
    {
        ~Careless() => driver.Call();
    }

    /// <summary>A driver with a limit, whose blocks are numbers.</summary>
    private sealed class CountingDriver(long limit)
    {
        private readonly Lock _lock = new();
        private readonly int _finalizer = FinalizerThread();

        public Queue<GpuStorage> Held { get; } = [];

        public long Used { get; private set; }

        public int Allocations { get; private set; }

        public int Frees { get; private set; }

        public List<string> Problems { get; } = [];

        public GpuPool Pool(long cap) => new("counting", cap, Allocate, Call);

        public void Call()
        {
            if (Environment.CurrentManagedThreadId == _finalizer)
            {
                lock (_lock)
                {
                    Problems.Add("called by the finalizers' thread");
                }
            }
        }

        private GpuBlock Allocate(long bytes, int sizeClass)
        {
            Call();
            lock (_lock)
            {
                if (Used + bytes > limit)
                {
                    throw new InsufficientMemoryException();
                }

                Used += bytes;
                Allocations++;
            }

            return new GpuBlock(default, bytes, sizeClass, () =>
            {
                Call();
                lock (_lock)
                {
                    Used -= bytes;
                    Frees++;
                }
            });
        }

        [SuppressMessage("Performance", "CA1806", Justification = "Its finalizer says on which thread it runs.")]
        private static int FinalizerThread()
        {
            StrongBox<int> thread = new();
            Leave(thread);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.NotEqual(0, thread.Value);
            return thread.Value;

            [MethodImpl(MethodImplOptions.NoInlining)]
            static void Leave(StrongBox<int> thread) => _ = new Probe(thread);
        }

        private sealed class Probe(StrongBox<int> thread)
        {
            ~Probe() => thread.Value = Environment.CurrentManagedThreadId;
        }
    }
}
