using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Models.Graphs;

public sealed class KnowledgeGraphTests
{
    /// <summary>Six countries (0 to 5), their capitals (6 to 11) and currencies (12 to 17): of, in, used in.</summary>
    private static readonly Tensor s_triples = Tensor.From(
        [.. from country in Enumerable.Range(0, 6) from part in new long[]
            { country, 0, country + 6, country, 1, country + 12, country + 6, 2, country + 12 } select part], 18, 3);

    [Fact]
    public void Translations_put_the_true_tails_first()
    {
        Generator generator = new(1);
        TransE model = new(18, 3, 16, p: 2, generator: generator);
        double before = model.RankTails(s_triples, s_triples).Mean().Item<double>();
        Adam optimizer = new(model.Parameters(), 0.02);
        for (int step = 0; step < 400; step++)
        {
            model.NormalizeEntities();
            optimizer.ZeroGrad();
            model.RankingLoss(s_triples, model.Corrupt(s_triples, generator)).Backward();
            optimizer.Step();
        }

        double after = model.RankTails(s_triples, s_triples).Mean().Item<double>();
        Assert.True(before > 4 && after < 1.3, $"mean rank {before:0.00} before, {after:0.00} after");
    }

    [Fact]
    public void Corruption_replaces_the_head_or_the_tail_and_never_the_relation()
    {
        DistMult model = new(18, 3, 2);
        Tensor other = model.Corrupt(s_triples, new Generator(3));
        Tensor changed = other.NotEqualTo(s_triples).To(DType.Int64);
        Assert.Equal(0, changed.Select(1, 1).Sum().Item<long>());
        Assert.Equal(1, changed.Sum(1).Max().Item<long>());
        Assert.InRange(changed.Select(1, 0).Sum().Item<long>(), 3, 15);
        Assert.InRange(changed.Select(1, 2).Sum().Item<long>(), 3, 15);
    }

    [Fact]
    public void Ties_count_half_and_other_true_tails_do_not_count()
    {
        DistMult model = new(4, 1, 1);
        using (GradMode.NoGrad())
        {
            model.RelEmb.Weight.FillInPlace(1);
            model.NodeEmb.Weight.CopyFrom(Tensor.From(new[] { 1f, 3f, 2f, 2f }, 4, 1));
        }

        Tensor triples = Tensor.From(new[] { 0L, 0, 2 }, 1, 3);
        Assert.Equal([2.5], model.RankTails(triples).ToArray<double>());
        Assert.Equal([1.5], model.RankTails(triples, Tensor.From(new[] { 0L, 0, 1, 0, 0, 2 }, 2, 3)).ToArray<double>());
    }

    [Fact]
    public void Entities_are_brought_to_length_one_and_only_two_norms_are_known()
    {
        TransE model = new(5, 2, 3);
        Assert.True(model.RelEmb.Weight.Norm(2, [1]).AllClose(Tensor.Ones(2)));
        model.NormalizeEntities();
        Assert.True(model.NodeEmb.Weight.Norm(2, [1]).AllClose(Tensor.Ones(5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransE(5, 2, 3, p: 3));
    }
}
