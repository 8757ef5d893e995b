using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

public class DataLoaderStateTests
{
    private static readonly ArrayDataset<int> _fifty = new([.. Enumerable.Range(0, 50)]);

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(3, true)]
    public void A_resume_after_every_batch_gives_the_rest_of_the_uninterrupted_run(int workers, bool shuffle)
    {
        Func<DataLoader<double, double[]>> make = () => new(new Noisy(), 7, static s => [.. s], shuffle, workers: workers, seed: 3);
        double[][] whole = Epochs(make(), 2);
        DataLoader<double, double[]> observed = make();
        List<DataLoaderState> states = [observed.State];
        for (int epoch = 0; epoch < 2; epoch++)
        {
            foreach (double[] _ in observed)
            {
                states.Add(observed.State);
            }
        }

        for (int batch = 0; batch < states.Count; batch++)
        {
            DataLoader<double, double[]> resumed = new(new Noisy(), 7, static s => [.. s], shuffle, workers: workers, seed: 99)
            {
                State = states[batch],
            };
            double[][] rest = Epochs(resumed, 2 - states[batch].Epoch);
            Assert.Equal(whole[batch..], rest);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void The_state_counts_the_batches_handed_out_and_not_those_read_ahead(int workers)
    {
        DataLoader<int, int[]> loader = new(_fifty, 20, static s => [.. s], workers: workers, seed: 4);
        Assert.Equal(new DataLoaderState(4, 0, 0), loader.State);
        using (IEnumerator<int[]> epoch = loader.GetEnumerator())
        {
            for (int handed = 1; handed <= 3; handed++)
            {
                Assert.True(epoch.MoveNext());
                Assert.Equal(new DataLoaderState(4, 0, handed), loader.State);
                Assert.Equal(1, loader.Epoch);
            }

            Assert.False(epoch.MoveNext());
            Assert.Equal(new DataLoaderState(4, 1, 0), loader.State);
        }

        foreach (int[] _ in loader)
        {
            break;
        }

        Assert.Equal(new DataLoaderState(4, 2, 0), loader.State);
        Assert.Equal(2, loader.Epoch);
    }

    [Fact]
    public void A_state_after_the_last_batch_gives_an_empty_rest_and_then_the_next_epoch()
    {
        DataLoader<int, int[]> loader = new(_fifty, 20, static s => [.. s], shuffle: true, seed: 4);
        int[][] first = [.. loader], second = [.. loader];
        loader.State = new DataLoaderState(4, 0, 3);
        Assert.Equal(new DataLoaderState(4, 0, 3), loader.State);
        Assert.Empty(loader);
        Assert.Equal(new DataLoaderState(4, 1, 0), loader.State);
        Assert.Equal(second, loader);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Skipped_samples_are_not_read()
    {
        List<int> read = [];
        DataLoader<int, int> loader = new(_fifty.Tap(read), 10, static s => s[0], seed: 4) { State = new DataLoaderState(4, 5, 3) };
        Assert.Equal([30, 40], loader);
        Assert.Equal(Enumerable.Range(30, 20), read);
    }

    [Fact]
    public void A_state_of_another_set_is_refused_and_changes_nothing()
    {
        DataLoader<int, int[]> loader = new(_fifty, 20, static s => [.. s], seed: 4);
        Assert.Contains("3 batches",
            Assert.Throws<ArgumentOutOfRangeException>(() => loader.State = new DataLoaderState(1, 1, 4)).Message,
                StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.State = new DataLoaderState(1, -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.State = new DataLoaderState(1, 1, -1));
        Assert.Equal(new DataLoaderState(4, 0, 0), loader.State);
    }

    [Fact]
    public void A_state_set_in_the_middle_of_an_epoch_is_for_the_next()
    {
        DataLoader<int, int[]> loader = new(_fifty, 20, static s => [.. s], seed: 4);
        using IEnumerator<int[]> epoch = loader.GetEnumerator();
        epoch.MoveNext();
        loader.State = new DataLoaderState(8, 3, 1);
        Assert.True(epoch.MoveNext());
        Assert.Equal(20, epoch.Current[0]);
        Assert.Equal(new DataLoaderState(8, 3, 1), loader.State);
        loader.Epoch = 6;
        Assert.Equal(new DataLoaderState(8, 6, 0), loader.State);
    }

    [Fact]
    public void Each_enumeration_is_an_epoch_of_its_own_on_any_thread()
    {
        DataLoader<int, int[]> loader = new(_fifty, 7, static s => [.. s], shuffle: true, workers: 2, seed: 4);
        string[] expected = [.. Enumerable.Range(0, 8).Select(_ => Text(loader))];
        loader.Epoch = 0;
        string[] got = new string[8];
        Parallel.For(0, 8, i => got[i] = Text(loader));
        Assert.Equal(expected.Order(StringComparer.Ordinal), got.Order(StringComparer.Ordinal));
        Assert.Equal(new DataLoaderState(4, 8, 0), loader.State);

        static string Text(DataLoader<int, int[]> loader) => string.Join(' ', loader.SelectMany(static b => b));
    }

    [Fact]
    public void A_loader_in_order_takes_no_number_from_the_default_generator_and_one_that_shuffles_takes_one()
    {
        Generator own = new(5);
        using (own.AsDefault())
        {
            GeneratorState before = own.State;
            DataLoader<int, int[]> ordered = new(_fifty, 7, static s => [.. s]);
            Assert.Equal(50, ordered.Sum(static b => b.Length));
            Assert.Equal(before, own.State);
            DataLoader<int, int[]> shuffled = new(_fifty, 7, static s => [.. s], shuffle: true);
            Assert.Equal(new Generator(5).NextUInt64(), shuffled.State.Seed);
            Assert.NotEqual(before, own.State);
            Assert.NotEqual(ordered.State.Seed, new DataLoader<int, int[]>(_fifty, 7, static s => [.. s]).State.Seed);
        }
    }

    private static double[][] Epochs(DataLoader<double, double[]> loader, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => loader.ToArray())];

    /// <summary>Fifty samples, each with random numbers added when it is read.</summary>
    private sealed class Noisy : IDataset<double>
    {
        public int Count => 50;

        public double this[int index] => index + (Generator.Default.NextDouble() / 2);
    }
}

internal static class TappedDataset
{
    /// <summary>The set, with each position that is read added to a list.</summary>
    public static IDataset<T> Tap<T>(this IDataset<T> source, List<int> read) => new Tapped<T>(source, read);

    private sealed class Tapped<T>(IDataset<T> source, List<int> read) : IDataset<T>
    {
        public int Count => source.Count;

        public T this[int index]
        {
            get
            {
                lock (read)
                {
                    read.Add(index);
                }

                return source[index];
            }
        }
    }
}
