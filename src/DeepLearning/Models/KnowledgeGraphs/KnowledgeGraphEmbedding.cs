using DeepLearning.Layers;
using DeepLearning.Losses;

namespace DeepLearning.Models;

/// <summary>
/// Vectors of the entities and relations of a knowledge graph, and a score of how well a triple (head, relation, tail) holds. Triples,
/// int64 or int32 [.., 3], in; scores [..] out, greater where a triple is more plausible.
/// </summary>
/// <remarks>
/// Keys of the state dictionary: <c>node_emb.weight</c> [entities, dim], <c>rel_emb.weight</c> [relations, dim], as PyTorch Geometric's.
/// </remarks>
public abstract class KnowledgeGraphEmbedding : Module<Tensor, Tensor>
{
    /// <summary>For derived models, which set the starting values.</summary>
    /// <param name="entities">The number of entities.</param>
    /// <param name="relations">The number of relations.</param>
    /// <param name="dim">The length of a vector.</param>
    /// <param name="margin">By how much a true triple shall score above a corrupted one.</param>
    /// <param name="dtype">The type of the vectors.</param>
    /// <param name="generator">The source of the starting values.</param>
    private protected KnowledgeGraphEmbedding(int entities, int relations, int dim, double margin, DType dtype, Generator? generator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(entities);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(relations);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dim);
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        Margin = margin;
        NodeEmb = new Embedding(entities, dim, dtype: dtype, generator: generator);
        RelEmb = new Embedding(relations, dim, dtype: dtype, generator: generator);
    }

    /// <summary>By how much a true triple shall score above a corrupted one.</summary>
    public double Margin { get; }

    /// <summary>The vectors of the entities.</summary>
    public Embedding NodeEmb { get; }

    /// <summary>The vectors of the relations.</summary>
    public Embedding RelEmb { get; }

    /// <inheritdoc/>
    protected internal sealed override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant(
        $"{NodeEmb.Weight.Size(0)} entities, {RelEmb.Weight.Size(0)} relations, {NodeEmb.Weight.Size(1)}, margin {Margin}");

    /// <summary>The scores of triples.</summary>
    /// <param name="input">[.., 3]: head, relation, tail.</param>
    /// <returns>[..].</returns>
    /// <exception cref="ShapeException">The last axis does not have three numbers.</exception>
    /// <exception cref="DTypeException">The triples are not whole numbers.</exception>
    /// <exception cref="IndexException">There is no such entity or relation.</exception>
    public sealed override Tensor Forward(Tensor input) => NamedCall.Of(this, input, static (self, triples) =>
    {
        self.Check(triples);
        (Tensor head, Tensor relation, Tensor tail) = Parts(triples);
        return self.Score(self.NodeEmb.Forward(head), self.RelEmb.Forward(relation), self.NodeEmb.Forward(tail));
    });

    /// <summary>
    /// The mean over the batch of max(0, margin − score of the true triple + score of the corrupted one).
    /// </summary>
    /// <param name="triples">True triples, [batch, 3].</param>
    /// <param name="corrupted">As many others, as of <see cref="Corrupt"/>.</param>
    /// <exception cref="ShapeException">The shapes differ, or do not fit.</exception>
    public Tensor RankingLoss(Tensor triples, Tensor corrupted)
    {
        Tensor good = Forward(triples), bad = Forward(corrupted);
        return Loss.MarginRanking(good, bad, Tensor.OnesLike(good.Detach()), Margin);
    }

    /// <summary>The triples with either the head or the tail, chosen by a coin, replaced by an entity drawn at random.</summary>
    /// <param name="triples">[.., 3].</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>Other triples, of the same shape and type. One may be true, as in the paper.</returns>
    public Tensor Corrupt(Tensor triples, Generator? generator = null)
    {
        Check(triples);
        (Tensor head, Tensor relation, Tensor tail) = Parts(triples);
        Tensor drawn = Tensor.RandInt(0, NodeEmb.Weight.Size(0), head.Shape.ToArray(), triples.DType, generator, triples.Device);
        Tensor isHead = Tensor.RandInt(0, 2, head.Shape.ToArray(), DType.Int64, generator, triples.Device).To(DType.Bool);
        return Tensor.Stack([Tensor.Where(isHead, drawn, head), relation, Tensor.Where(isHead, tail, drawn)], -1);
    }

    /// <summary>
    /// The rank of each triple's tail among all entities, 1 the best; entities of the same score count half. With known triples the rank is
    /// filtered (Bordes et al. 2013): other tails that are known to be true do not count.
    /// </summary>
    /// <param name="triples">[batch, 3].</param>
    /// <param name="known">[known, 3], or null.</param>
    /// <returns>[batch], float64.</returns>
    /// <exception cref="ShapeException">The triples are not [batch, 3].</exception>
    public Tensor RankTails(Tensor triples, Tensor? known = null)
    {
        Check(triples);
        BlockChecks.Shape(this, triples, nameof(triples), ("batch", -1), ("3", 3));
        int entities = NodeEmb.Weight.Size(0);
        ILookup<(long, long), int>? tails = null;
        if (known is not null)
        {
            Check(known);
            tails = known.Reshape(-1, 3).To(DType.Int64).ToArray<long>().Chunk(3).ToLookup(static t => (t[0], t[1]), static t => (int)t[2]);
        }

        long[] numbers = triples.To(DType.Int64).ToArray<long>();
        double[] ranks = new double[triples.Size(0)];
        using GradMode.Region none = GradMode.NoGrad();
        for (int i = 0; i < ranks.Length; i++)
        {
            (long head, long relation, int tail) = (numbers[3 * i], numbers[(3 * i) + 1], (int)numbers[(3 * i) + 2]);
            Tensor of = Tensor.From([head, relation]).To(triples.Device);
            Tensor candidates = Tensor.Cat(
                [of.Expand(entities, 2), Tensor.Arange(0, entities, device: triples.Device).Unsqueeze(1)], 1);
            double[] scores = Forward(candidates).To(DType.Float64).ToArray<double>();
            HashSet<int> skipped = tails is null ? [] : [.. tails[(head, relation)]];
            skipped.Remove(tail);
            ranks[i] = 1;
            for (int other = 0; other < entities; other++)
            {
                bool counts = other != tail && !skipped.Contains(other);
                ranks[i] += !counts || scores[other] < scores[tail] ? 0 : scores[other] > scores[tail] ? 1 : 0.5;
            }
        }

        return Tensor.From(ranks);
    }

    /// <summary>The score of vectors.</summary>
    /// <param name="head">[.., dim].</param>
    /// <param name="relation">[.., dim].</param>
    /// <param name="tail">[.., dim].</param>
    /// <returns>[..].</returns>
    private protected abstract Tensor Score(Tensor head, Tensor relation, Tensor tail);

    private static (Tensor Head, Tensor Relation, Tensor Tail) Parts(Tensor triples) =>
        (triples.Select(-1, 0), triples.Select(-1, 1), triples.Select(-1, 2));

    private void Check(Tensor triples)
    {
        ArgumentNullException.ThrowIfNull(triples);
        if (triples.Rank == 0 || triples.Size(-1) != 3)
        {
            throw new ShapeException($"{Kind}: triples {triples.Shape} do not fit; they must be [.., 3]: head, relation, tail.");
        }

        (Tensor head, Tensor relation, Tensor tail) = Parts(triples);
        GraphChecks.Numbers(Kind, head, "heads", "entities", NodeEmb.Weight.Size(0));
        GraphChecks.Numbers(Kind, relation, "relations", "relations", RelEmb.Weight.Size(0));
        GraphChecks.Numbers(Kind, tail, "tails", "entities", NodeEmb.Weight.Size(0));
    }
}
