using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

public class LengthBucketedSamplerTests
{
    private static readonly int[] _lengths =
        [.. Tensor.RandInt(1, 100, [1000], generator: new Generator(1)).ToArray<long>().Select(static l => (int)(l * l / 100) + 1)];

    [Fact]
    public void Every_sample_comes_once_in_batches_of_similar_length_that_change_from_epoch_to_epoch()
    {
        LengthBucketedSampler sampler = new(_lengths, 32);
        IReadOnlyList<int[]> batches = sampler.Batches(new Generator(1)), others = sampler.Batches(new Generator(2));
        Assert.Equal(32, sampler.Count);
        Assert.Equal(32, batches.Count);
        Assert.Equal(1000, sampler.SampleCount);
        Assert.Equal(Enumerable.Range(0, 1000), batches.SelectMany(static b => b).Order());
        Assert.Equal(batches, sampler.Batches(new Generator(1)));
        Assert.NotEqual(batches, others);
        Assert.NotEqual(
            batches.Select(static b => string.Join(' ', b.Order())).Order(StringComparer.Ordinal),
            others.Select(static b => string.Join(' ', b.Order())).Order(StringComparer.Ordinal));
        IReadOnlyList<int[]> mixed = [.. new RandomSampler(1000).Order(new Generator(1)).Chunk(32)];
        Assert.True(Padding(batches) < Padding(mixed) / 3, $"{Padding(batches)} of {Padding(mixed)}");
        Assert.True(Padding(new LengthBucketedSampler(_lengths, 32, shuffle: false).Batches(new Generator(1))) < Padding(batches) / 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void No_batch_has_more_places_than_allowed(int bucketBatches)
    {
        LengthBucketedSampler sampler = new(_lengths, 64, maxTokens: 640, bucketBatches: bucketBatches);
        for (ulong epoch = 0; epoch < 5; epoch++)
        {
            IReadOnlyList<int[]> batches = sampler.Batches(new Generator(epoch));
            Assert.Equal(sampler.Count, batches.Count);
            Assert.Equal(Enumerable.Range(0, 1000), batches.SelectMany(static b => b).Order());
            Assert.All(batches, static b => Assert.InRange(b.Length * b.Max(static i => _lengths[i]), 1, 640));
            Assert.All(batches, static b => Assert.InRange(b.Length, 1, 64));
        }
    }

    [Fact]
    public void A_smaller_batch_is_left_out_when_asked()
    {
        LengthBucketedSampler sampler = new(_lengths, 32, dropLast: true);
        Assert.Equal(31, sampler.Count);
        Assert.Equal(31 * 32, sampler.SampleCount);
        Assert.All(sampler.Batches(new Generator(1)), static b => Assert.Equal(32, b.Length));
        Assert.Equal(2, new LengthBucketedSampler([3, 3, 3, 3], 2, dropLast: true).Count);
    }

    [Fact]
    public void What_cannot_be_batched_is_refused()
    {
        Assert.Contains("sample 2 has 9 tokens",
            Assert.Throws<ArgumentException>(() => new LengthBucketedSampler([1, 8, 9], 2, maxTokens: 8)).Message,
                StringComparison.Ordinal);
        Assert.Contains("sample 1",
            Assert.Throws<ArgumentException>(() => new LengthBucketedSampler([1, -1], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("dropLast",
            Assert.Throws<ArgumentException>(() => new LengthBucketedSampler([1, 1], 3, dropLast: true)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBucketedSampler([], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBucketedSampler([1], 0));
        Assert.Single(new LengthBucketedSampler([0, 0], 2, maxTokens: 1, shuffle: false).Batches(new Generator(1))[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_loader_pads_its_batches_and_resumes_in_their_middle(int workers)
    {
        ArrayDataset<Example> set = new([.. _lengths.Take(100).Select(static (l, i) => new Example(Tensor.Full([l], i),
            Tensor.FromScalar(i)))]);
        LengthBucketedSampler sampler = new([.. _lengths.Take(100)], 16);
        DataLoader<Example, PaddedExample> loader = DataLoader.CreatePadded(set, sampler, workers: workers, seed: 1);
        long[][] targets = [.. loader.Select(static b => b.Target.ToArray<long>())];
        Assert.Equal(Enumerable.Range(0, 100).Select(static i => (long)i), targets.SelectMany(static t => t).Order());
        loader.State = new DataLoaderState(1, 0, 3);
        int batch = 3;
        foreach (PaddedExample padded in loader)
        {
            Assert.Equal(targets[batch++], padded.Target.ToArray<long>());
            Assert.Equal(padded.Target.ToArray<long>().Select(static t => (long)_lengths[t]), padded.Lengths.ToArray<long>());
            Assert.Equal(padded.Lengths.ToArray<long>().Max(), padded.Input.Shape[1]);
        }

        Assert.Equal(sampler.Count, batch);
        Assert.Null(loader.BatchSize);
    }

    /// <summary>Places that hold nothing, as a share of those that do.</summary>
    private static double Padding(IReadOnlyList<int[]> batches) =>
        (batches.Sum(static b => (double)b.Length * b.Max(static i => _lengths[i])) / _lengths.Sum()) - 1;
}
