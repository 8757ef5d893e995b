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
}
