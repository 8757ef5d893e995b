using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Sequences;

public sealed class LinearChainCRFTests
{
    [Fact]
    public void Decoding_finds_the_best_of_all_sequences()
    {
        Random random = new(3);
        for (int trial = 0; trial < 40; trial++)
        {
            int tags = random.Next(1, 5), steps = random.Next(1, 6);
            LinearChainCRF crf = new(tags, dtype: DType.Float64);
            crf.Transitions = new DeepLearning.Layers.Parameter(Tensor.Randn([tags, tags], DType.Float64));
            Tensor emissions = Tensor.Randn([2, steps, tags], DType.Float64);
            (Tensor best, Tensor scores) = crf.Decode(emissions);
            for (int row = 0; row < 2; row++)
            {
                (long[] tags, double score) expected = Best(crf, emissions.Select(0, row), tags, steps);
                Assert.Equal(expected.tags, best.Select(0, row).ToArray<long>());
                Assert.Equal(expected.score, scores.ToArray<double>()[row], 1e-12);
            }
        }
    }

    [Fact]
    public void The_probabilities_of_all_sequences_add_up_to_1()
    {
        LinearChainCRF crf = new(3, DeepLearning.Losses.LossReduction.None, DType.Float64);
        Tensor emissions = Tensor.Randn([1, 4, 3], DType.Float64).Expand(81, 4, 3);
        long[] all = [.. Enumerable.Range(0, 81).SelectMany(n => new long[] { n / 27, n / 9 % 3, n / 3 % 3, n % 3 })];
        Assert.Equal(1, crf.Forward(emissions, Tensor.From(all, 81, 4)).Negate().Exp().Sum().Item<double>(), 1e-12);
    }

    [Fact]
    public void What_lies_behind_a_sequence_changes_nothing()
    {
        LinearChainCRF crf = new(3, DeepLearning.Losses.LossReduction.None);
        Tensor emissions = Tensor.Randn(2, 5, 3), mask = AttentionMasks.Padding([2, 4], 5);
        Tensor tags = Tensor.From(new long[] { 0, 2, -1, -1, -1, 1, 1, 0, 2, -100 }, 2, 5);
        Tensor losses = crf.Forward(emissions, tags, mask);
        Tensor alone = crf.Forward(emissions.Narrow(0, 0, 1).Narrow(1, 0, 2), tags.Narrow(0, 0, 1).Narrow(1, 0, 2));
        Assert.True(losses.Narrow(0, 0, 1).AllClose(alone));
        Assert.Equal([-1L, -1, -1], crf.Decode(emissions, mask).Tags.Select(0, 0).ToArray<long>()[2..]);
    }

    [Fact]
    public void Training_learns_which_tags_follow_one_another()
    {
        // The emissions say nothing: only the transitions can know that tags alternate.
        LinearChainCRF crf = new(2);
        DeepLearning.Optimizers.Adam optimizer = new(crf.Parameters(), 0.1);
        Tensor emissions = Tensor.Zeros(2, 6, 2), tags = Tensor.From(new long[] { 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 }, 2, 6);
        for (int step = 0; step < 60; step++)
        {
            optimizer.ZeroGrad();
            crf.Forward(emissions, tags).Backward();
            optimizer.Step();
        }

        Assert.True(crf.Decode(emissions).Tags.Equal(tags));
    }

    private static (long[] Tags, double Score) Best(LinearChainCRF crf, Tensor emissions, int tags, int steps)
    {
        double[] start = crf.StartTransitions.ToArray<double>(), end = crf.EndTransitions.ToArray<double>();
        double[] transitions = crf.Transitions.ToArray<double>(), emission = emissions.ToArray<double>();
        (long[] Tags, double Score) best = ([], double.NegativeInfinity);
        for (int n = 0; n < (int)Math.Pow(tags, steps); n++)
        {
            long[] y = new long[steps];
            for (int step = 0, rest = n; step < steps; step++, rest /= tags)
            {
                y[step] = rest % tags;
            }

            double score = start[y[0]] + end[y[^1]];
            for (int step = 0; step < steps; step++)
            {
                score += emission[(step * tags) + y[step]] + (step > 0 ? transitions[(y[step - 1] * tags) + y[step]] : 0);
            }

            best = score > best.Score ? (y, score) : best;
        }

        return best;
    }
}
