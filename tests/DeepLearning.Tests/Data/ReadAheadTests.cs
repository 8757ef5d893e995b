using System.Collections.Concurrent;
using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

public class ReadAheadTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(16, 1)]
    [InlineData(32, 8)]
    public void Batches_come_in_order_however_long_each_takes(int workers, int prefetch)
    {
        Recording set = new(400, static i => Thread.SpinWait(i * 7919 % 2000));
        DataLoader<int, int[]> loader = new(set, 3, static s => [.. s], workers: workers, prefetch: prefetch);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            Assert.Equal(Enumerable.Range(0, 400), loader.SelectMany(static b => b));
        }

        set.AssertNoThreadIsLeft(workers * 3);
    }

    [Fact]
    public void No_more_is_read_ahead_than_asked_for()
    {
        Recording set = new(1000, static _ => { });
        DataLoader<int, int[]> loader = new(set, 10, static s => [.. s], workers: 2, prefetch: 3);
        using IEnumerator<int[]> epoch = loader.GetEnumerator();
        for (int batch = 1; batch <= 5; batch++)
        {
            Assert.True(epoch.MoveNext());
            Assert.True(SpinWait.SpinUntil(() => set.Reads == (batch + 6) * 10, TimeSpan.FromSeconds(30)),
                $"{set.Reads} samples were read");
        }

        Thread.Sleep(5);
        Assert.Equal(110, set.Reads);
    }

    [Fact]
    public void Leaving_early_or_never_ending_leaves_no_thread()
    {
        Recording set = new(1000, static _ => Thread.SpinWait(100));
        DataLoader<int, int[]> loader = new(set, 10, static s => [.. s], workers: 4);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(10, loader.Skip(i % 3).First().Length);
        }

        set.AssertNoThreadIsLeft(80);
        Abandon(loader);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return set.Threads.All(static t => !t.IsAlive);
            },
            TimeSpan.FromSeconds(30)));

        static void Abandon(DataLoader<int, int[]> loader) => loader.GetEnumerator().MoveNext();
    }

    [Fact]
    public void A_failure_is_thrown_in_its_turn_and_leaves_no_thread()
    {
        Recording set = new(200, static i =>
        {
            if (i is 57 or 83)
            {
                throw new InvalidDataException("torn");
            }
        });
        DataLoader<int, int[]> loader = new(set, 5, static s => [.. s], workers: 6, prefetch: 4);
        List<int> seen = [];
        DataLoaderException error = Assert.Throws<DataLoaderException>(() =>
        {
            foreach (int[] batch in loader)
            {
                seen.AddRange(batch);
            }
        });
        Assert.Equal(57, error.Index);
        Assert.Equal(Enumerable.Range(0, 55), seen);
        set.AssertNoThreadIsLeft(6);
        Assert.Throws<DataLoaderException>(() => loader.ToArray());
        set.AssertNoThreadIsLeft(12);
    }

    [Fact]
    public async Task A_cancellation_ends_a_wait_for_a_slow_sample()
    {
        using ManualResetEventSlim reading = new(), release = new();
        Recording set = new(100, i =>
        {
            if (i == 20)
            {
                reading.Set();
                release.Wait();
            }
        });
        DataLoader<int, int[]> loader = new(set, 4, static s => [.. s], workers: 2);
        using CancellationTokenSource source = new();
        int seen = 0;
        Task epoch = Task.Run(() =>
        {
            foreach (int[] _ in loader.Batches(source.Token))
            {
                seen++;
            }
        });
        reading.Wait();
        await source.CancelAsync();
        release.Set();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => epoch);
        Assert.Equal(source.Token, error.CancellationToken);
        Assert.InRange(seen, 0, 5);
        set.AssertNoThreadIsLeft(2);
    }

    [Fact]
    public async Task A_thread_pool_whose_threads_all_wait_for_batches_does_not_stop()
    {
        Recording set = new(60, static _ => Thread.SpinWait(50));
        DataLoader<int, int[]> loader = new(set, 4, static s => [.. s], shuffle: true, workers: 2, seed: 1);
        int[] sums = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => loader.Sum(static b => b.Sum()))));
        Assert.All(sums, static sum => Assert.Equal(60 * 59 / 2, sum));
        Assert.Equal(new DataLoaderState(1, 40, 0), loader.State);
        set.AssertNoThreadIsLeft(80);
    }

    /// <summary>A set that remembers who read it.</summary>
    private sealed class Recording(int count, Action<int> onRead) : IDataset<int>
    {
        private readonly ConcurrentDictionary<Thread, bool> _threads = [];
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public ICollection<Thread> Threads => _threads.Keys;

        public int Count => count;

        public int this[int index]
        {
            get
            {
                _threads[Thread.CurrentThread] = true;
                Interlocked.Increment(ref _reads);
                onRead(index);
                return index;
            }
        }

        public void AssertNoThreadIsLeft(int most)
        {
            Assert.InRange(Threads.Count, 1, most);
            Assert.All(Threads, static t => Assert.False(t.IsAlive));
        }
    }
}
