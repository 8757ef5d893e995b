using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

/// <summary>Whatever is put in a random order comes in every order, each as often as another.</summary>
public class RandomOrderTests
{
    private const int Count = 4;
    private const int Orders = 24;
    private const int Draws = 12_000;

    private static readonly ArrayDataset<int> s_set = new([0, 1, 2, 3]);

    // The last: batches of one sample, each a bucket of its own, so that only the order of the batches is random.
    public static TheoryData<string, Func<Generator, int[]>> All => new()
    {
        { "a permutation", static generator => RandomOrder.Permutation(Count, generator) },
        { "a random sampler", static generator => new RandomSampler(Count).Order(generator) },
        { "the first of a random sampler", static generator => new RandomSampler(Count, count: Count - 1).Order(generator) },
        { "a shuffled set", static generator => Read(s_set.Shuffle(generator)) },
        { "samples of equal length", static generator => Batches([3, 3, 3, 3], bucketBatches: Count, generator) },
        { "batches", static generator => Batches([3, 5, 7, 9], bucketBatches: 1, generator) },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Every_order_is_equally_likely(string what, Func<Generator, int[]> draw)
    {
        Dictionary<string, int> seen = [];
        for (ulong seed = 0; seed < Draws; seed++)
        {
            string order = string.Join(' ', draw(new Generator(seed)));
            seen[order] = seen.GetValueOrDefault(order) + 1;
        }

        // 23 ± 6.8, and 5 σ more.
        double expected = (double)Draws / Orders, statistic = seen.Values.Sum(n => (n - expected) * (n - expected) / expected);
        Assert.True(seen.Count == Orders && statistic < 57, $"{what}: {seen.Count} orders, χ² = {statistic}");
    }

    private static int[] Read(Subset<int> set) => [.. Enumerable.Range(0, set.Count).Select(i => set[i])];

    private static int[] Batches(int[] lengths, int bucketBatches, Generator generator) =>
        [.. new LengthBucketedSampler(lengths, 1, bucketBatches: bucketBatches).Batches(generator).SelectMany(static b => b)];
}
