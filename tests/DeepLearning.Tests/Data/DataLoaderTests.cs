using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

[Trait("Rerun", "Culture")]
public class DataLoaderTests
{
    private static readonly ArrayDataset<int> _hundred = new([.. Enumerable.Range(0, 100)]);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Every_sample_comes_once_an_epoch_in_the_order_of_the_set(int workers)
    {
        DataLoader<int, int[]> loader = new(_hundred, 7, static s => [.. s], workers: workers);
        int[][] batches = [.. loader];
        Assert.Equal(15, loader.Count);
        Assert.Equal(15, batches.Length);
        Assert.Equal(Enumerable.Range(0, 100), batches.SelectMany(static b => b));
        Assert.Equal(2, batches[^1].Length);
    }

    [Fact]
    public void The_last_batch_can_be_dropped()
    {
        DataLoader<int, int[]> loader = new(_hundred, 7, static s => [.. s], dropLast: true);
        Assert.Equal(14, loader.Count);
        Assert.All(loader, static b => Assert.Equal(7, b.Length));
    }

    [Fact]
    public void The_order_depends_on_seed_and_epoch_only_and_not_on_the_workers()
    {
        DataLoader<int, int[]> plain = new(_hundred, 8, static s => [.. s], shuffle: true, seed: 5);
        DataLoader<int, int[]> ahead = new(_hundred, 8, static s => [.. s], shuffle: true, seed: 5, workers: 4);
        int[] first = [.. plain.SelectMany(static b => b)], second = [.. plain.SelectMany(static b => b)];
        Assert.Equal(first, ahead.SelectMany(static b => b));
        Assert.Equal(second, ahead.SelectMany(static b => b));
        Assert.NotEqual(first, second);
        Assert.Equal(Enumerable.Range(0, 100), first.Order());
        plain.Epoch = 0;
        Assert.Equal(first, plain.SelectMany(static b => b));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_sample_that_cannot_be_read_is_named(int workers)
    {
        DataLoader<int, int[]> loader = new(new Broken(), 4, static s => [.. s], workers: workers);
        DataLoaderException error = Assert.Throws<DataLoaderException>(() => loader.ToArray());
        Assert.Equal(13, error.Index);
        Assert.Contains("sample 13", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_batch_that_cannot_be_read_is_searched_for_the_sample(int workers)
    {
        DataLoader<int, int[]> loader = new(new BrokenBatches(13), 4, workers: workers);
        DataLoaderException error = Assert.Throws<DataLoaderException>(() => loader.ToArray());
        Assert.Equal(13, error.Index);
        Assert.Contains("sample 13", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<DataLoaderException>(() => new DataLoader<int, int[]>(new BrokenBatches(null), 12,
            workers: workers).ToArray());
        Assert.Equal(0, error.Index);
        Assert.Contains("batch 0 (12 samples, the first [0, 1, 2, 3, 4, 5, 6, 7])", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_cannot_be_put_together_is_named()
    {
        IDataset<Example> uneven = new ArrayDataset<Example>(
            [.. Enumerable.Range(0, 4).Select(static i => new Example(Tensor.Ones(i < 3 ? 2 : 3), Tensor.FromScalar(i)))]);
        DataLoaderException error = Assert.Throws<DataLoaderException>(() => DataLoader.Create(uneven, 2).ToArray());
        Assert.Equal(2, error.Index);
        Assert.Contains("batch 1 (samples [2, 3])", error.Message, StringComparison.Ordinal);
        Assert.IsType<ShapeException>(error.InnerException);
    }

    [Fact]
    public void A_set_that_gives_up_by_itself_is_a_failure_and_no_cancellation()
    {
        IDataset<int> slow = _hundred.Map<int, int>(static i => i == 7 ? throw new TaskCanceledException("timed out") : i);
        DataLoaderException error = Assert.Throws<DataLoaderException>(() => new DataLoader<int, int>(slow, 4, static s => s[0]).ToArray());
        Assert.Equal(7, error.Index);
    }

    [Fact]
    public void Settings_that_leave_nothing_to_hand_out_are_refused()
    {
        Assert.Contains("no samples",
            Assert.Throws<ArgumentException>(() => new DataLoader<int, int>(new ArrayDataset<int>([]), 4, static s => s[0])).Message,
            StringComparison.Ordinal);
        Assert.Contains("100 samples do not fill one batch of 101",
            Assert.Throws<ArgumentException>(() => new DataLoader<int, int>(_hundred, 101, static s => s[0], dropLast: true)).Message,
            StringComparison.Ordinal);
        DataLoader<int, int[]> whole = new(_hundred, 101, static s => [.. s]);
        Assert.Equal(100, whole.Single().Length);
        Assert.Equal((1, 100), (whole.Count, whole.SampleCount));
        Assert.Equal(98, new DataLoader<int, int[]>(_hundred, 7, static s => [.. s], dropLast: true).SampleCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader<int, int>(_hundred, 0, static s => s[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader<int, int>(_hundred, 1, static s => s[0], workers: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader<int, int>(_hundred, 1, static s => s[0], prefetch: 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_epoch_can_be_cancelled(int workers)
    {
        DataLoader<int, int[]> loader = new(_hundred, 4, static s => [.. s], workers: workers);
        using CancellationTokenSource source = new();
        int seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (int[] _ in loader.Batches(source.Token))
            {
                if (++seen == 3)
                {
                    source.Cancel();
                }
            }
        });
        Assert.Equal(3, seen);
    }

    [Fact]
    public void Leaving_an_epoch_early_stops_the_workers()
    {
        Counting dataset = new();
        DataLoader<int, int[]> loader = new(dataset, 10, static s => [.. s], workers: 2, prefetch: 2);
        foreach (int[] _ in loader)
        {
            break;
        }

        int read = dataset.Read;
        Assert.True(read <= 60, $"{read} samples were read");
        Thread.Sleep(20);
        Assert.Equal(read, dataset.Read);
    }

    [Fact]
    public void Tensors_are_read_in_whole_batches()
    {
        TensorDataset set = new(Numbers(12).Reshape(6, 2), Numbers(6));
        Example[] batches = [.. DataLoader.Create(set, 4)];
        Assert.Equal([4, 2], batches[0].Input.Shape.ToArray());
        Assert.Equal([8L, 9, 10, 11], batches[1].Input.ToArray<long>());
        Assert.Equal([4L, 5], batches[1].Target.ToArray<long>());
        Assert.Equal([2L, 3], set[1].Input.ToArray<long>());
    }

    [Fact]
    public void Examples_read_one_by_one_are_stacked()
    {
        IDataset<Example> set = new ArrayDataset<Example>(
            [new(Tensor.Ones(3), Tensor.FromScalar(0)), new(Tensor.Zeros(3), Tensor.FromScalar(1))]);
        Example batch = DataLoader.Create(set, 2).Single();
        Assert.Equal([2, 3], batch.Input.Shape.ToArray());
        Assert.Equal([0L, 1L], batch.Target.ToArray<long>());
    }

    [Fact]
    public void A_random_split_divides_a_set_without_overlap_the_same_way_for_a_seed()
    {
        Subset<int>[] parts = _hundred.RandomSplit([80, 20], new Generator(3)), again = _hundred.RandomSplit([80, 20], new Generator(3));
        Assert.Equal(Enumerable.Range(0, 100), parts.SelectMany(static p => p.Indices).Order());
        Assert.Equal(parts[1].Indices, again[1].Indices);
        Assert.Equal(parts[1].Indices[4], parts[1][4]);
        Assert.Throws<ArgumentException>(() => _hundred.RandomSplit([80, 30]));
    }

    [Fact]
    public void A_split_of_tensors_still_reads_whole_batches()
    {
        TensorDataset set = new(Numbers(10), Numbers(10));
        Subset<Example, Example> part = set.RandomSplit([4, 6], new Generator(1))[0];
        Example batch = DataLoader.Create(part, 4).Single();
        Assert.Equal(part.Indices.Select(static i => (long)i), batch.Input.ToArray<long>());
    }

    [Fact]
    public void Inputs_and_targets_need_the_same_number_of_samples() =>
        Assert.Contains("[3, 2]", Assert.Throws<ShapeException>(() => new TensorDataset(Tensor.Ones(3, 2), Tensor.Ones(4))).Message,
            StringComparison.Ordinal);

    private static Tensor Numbers(int count) => Tensor.From<long>((long[])[.. Enumerable.Range(0, count).Select(static i => (long)i)]);

    private sealed class Broken : IDataset<int>
    {
        public int Count => 20;

        public int this[int index] => index == 13 ? throw new InvalidDataException("the file ends early") : index;
    }

    private sealed class Counting : IDataset<int>
    {
        private int _read;

        public int Read => Volatile.Read(ref _read);

        public int Count => 10_000;

        public int this[int index] => index + (0 * Interlocked.Increment(ref _read));
    }

    private sealed class BrokenBatches(int? broken) : IBatchedDataset<int, int[]>
    {
        public int Count => 20;

        public int this[int index] => index == broken ? throw new InvalidDataException("torn") : index;

        public int[] GetBatch(ReadOnlySpan<int> indices) => broken is null || indices.Contains(broken.Value)
            ? throw new InvalidDataException("torn somewhere")
            : indices.ToArray();
    }
}
