using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

/// <summary>What is left out of batches by length when both a number of samples and a number of tokens bound them.</summary>
public class TokenLimitTests
{
    [Theory]
    [InlineData(9, 3, 3)]
    [InlineData(10, 4, 3)]
    [InlineData(11, 4, 3)]
    [InlineData(12, 4, 4)]
    [InlineData(3, 1, 1)]
    public void A_batch_that_the_tokens_fill_is_whole_although_it_has_few_samples(int samples, int all, int whole)
    {
        // 30 tokens are three samples of 10, fewer than the eight that a batch may have.
        int[] lengths = [.. Enumerable.Repeat(10, samples)];
        foreach (bool shuffle in (bool[])[false, true])
        {
            LengthBucketedSampler keeping = new(lengths, 8, 30, shuffle), dropping = new(lengths, 8, 30, shuffle, dropLast: true);
            Assert.Equal((all, samples), (keeping.Count, keeping.SampleCount));
            Assert.Equal((whole, whole * 3), (dropping.Count, dropping.SampleCount));
            IReadOnlyList<int[]> batches = dropping.Batches(new Generator(1));
            Assert.Equal(whole, batches.Count);
            Assert.All(batches, static b => Assert.Equal(3, b.Length));
            Assert.Equal(samples, keeping.Batches(new Generator(1)).SelectMany(static b => b).Distinct().Count());
        }
    }

    [Fact]
    public void Too_few_samples_for_the_tokens_of_one_batch_leave_none() =>
        Assert.Contains("one batch of 3", Assert.Throws<ArgumentException>(
            () => new LengthBucketedSampler([10, 10], 8, 30, dropLast: true)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Only_the_last_batch_is_left_out_and_only_if_more_would_have_fitted(int bucketBatches)
    {
        for (int samples = 5; samples < 60; samples++)
        {
            int[] lengths = [.. Enumerable.Range(0, samples).Select(static i => 1 + (i * 17 % 23))];
            foreach (int? tokens in (int?[])[null, 23, 40, 100])
            {
                LengthBucketedSampler keeping = new(lengths, 4, tokens, false, false, bucketBatches);
                IReadOnlyList<int[]> all = keeping.Batches(new Generator(1));
                int[] last = all[^1];
                int bucket = 4 * bucketBatches, first = samples - last.Length;
                int[] longestFirst = [.. lengths.OrderDescending()];
                int longest = longestFirst[first / bucket * bucket];
                bool isWhole = last.Length == Math.Min(4, (tokens ?? int.MaxValue) / longest);
                LengthBucketedSampler dropping = new(lengths, 4, tokens, false, true, bucketBatches);
                Assert.Equal(isWhole ? all : all.Take(all.Count - 1), dropping.Batches(new Generator(1)));
                Assert.Equal(isWhole ? samples : first, dropping.SampleCount);
            }
        }
    }
}
