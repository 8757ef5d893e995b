using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A tower for queries (users and what they do) and one for items, whose vectors are multiplied (Yi et al. 2019, "Sampling-bias-corrected
/// neural modeling for large corpus item recommendations"): s(x, y) = ⟨u(x), v(y)⟩/τ, of vectors of length 1. Queries [n, ..] and items [m,
/// ..] in, scores [n, m] out.
/// </summary>
/// <remarks>The keys of the state dictionary are <c>query_tower</c> and <c>item_tower</c>.</remarks>
public sealed class TwoTowerRecommender : Module<Tensor, Tensor, Tensor>
{
    /// <summary>Makes the model.</summary>
    /// <param name="queryTower">Gives a vector [n, width] of each query.</param>
    /// <param name="itemTower">Gives a vector [m, width] of each item.</param>
    /// <param name="temperature">τ.</param>
    /// <param name="normalize">Whether the vectors are brought to length 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not positive.</exception>
    public TwoTowerRecommender(
        Module<Tensor, Tensor> queryTower, Module<Tensor, Tensor> itemTower, double temperature = 0.05, bool normalize = true)
    {
        ArgumentNullException.ThrowIfNull(queryTower);
        ArgumentNullException.ThrowIfNull(itemTower);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        (QueryTower, ItemTower, Temperature, Normalize) = (queryTower, itemTower, temperature, normalize);
    }

    /// <summary>Gives a vector of each query.</summary>
    public Module<Tensor, Tensor> QueryTower { get; }

    /// <summary>Gives a vector of each item.</summary>
    public Module<Tensor, Tensor> ItemTower { get; }

    /// <summary>τ, which divides the products.</summary>
    public double Temperature { get; }

    /// <summary>Whether the vectors are brought to length 1.</summary>
    public bool Normalize { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        FormattableString.Invariant($"temperature {Temperature}{(Normalize ? "" : ", not normalized")}");

    /// <summary>The score of each query with each item.</summary>
    /// <param name="first">The queries, [n, ..].</param>
    /// <param name="second">The items, [m, ..].</param>
    /// <returns>[n, m].</returns>
    /// <exception cref="ShapeException">A tower gives no vectors, or they differ in width.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => NamedCall.Of(
        this, (first, second),
        static (self, x) => self.Scores(
            self.Vectors(self.QueryTower, x.first, nameof(first)), self.Vectors(self.ItemTower, x.second, nameof(second))));

    /// <summary>
    /// The loss of a batch in which the items of the other queries are the wrong answers: −1/n Σ rᵢ log softmaxⱼ(s(xᵢ, yⱼ) − log pⱼ) at j
    /// = i. Items that come often are wrong answers often; the correction by log pⱼ takes that back.
    /// </summary>
    /// <param name="queries">The queries, [n, ..].</param>
    /// <param name="items">The item of each query, [n, ..].</param>
    /// <param name="logFrequency">
    /// log pⱼ, the logarithm of the probability that a batch has item j, [n]; <see cref="ItemFrequency.Observe"/> gives it. Not corrected
    /// when null.
    /// </param>
    /// <param name="identifiers">
    /// The identifier of each item, int64 or int32 [n]: the same item of another query is then not a wrong answer. All are when null, as in
    /// the paper.
    /// </param>
    /// <param name="rewards">The weight r of each pair, [n]; 1 when null.</param>
    /// <returns>A zero-dimensional tensor.</returns>
    /// <exception cref="ShapeException">There are not as many items as queries, or no pair.</exception>
    public Tensor Loss(
        Tensor queries, Tensor items, Tensor? logFrequency = null, Tensor? identifiers = null, Tensor? rewards = null)
    {
        Tensor scores = Forward(queries, items);
        int count = scores.Size(0);
        if (scores.Size(1) != count || count == 0)
        {
            throw new ShapeException(
                $"{Kind}: queries {queries.Shape} and items {items.Shape} do not fit; there must be an item for each query, and a pair.");
        }

        if (logFrequency is not null)
        {
            BlockChecks.Shape(this, logFrequency, nameof(logFrequency), ("pairs", count));
            scores -= logFrequency.Detach().To(scores.DType);
        }

        if (identifiers is not null)
        {
            BlockChecks.Shape(this, identifiers, nameof(identifiers), ("pairs", count));
            Tensor isSame = identifiers.Unsqueeze(0).EqualTo(identifiers.Unsqueeze(1));
            Tensor isOwn = Tensor.Ones([count, count], DType.Bool, scores.Device).Triu(0).Tril(0);
            scores = scores.MaskedFill(isSame.LogicalAnd(isOwn.LogicalNot()), double.NegativeInfinity);
        }

        Tensor of = Tensor.Arange(count).To(DType.Int64).To(scores.Device);
        if (rewards is null)
        {
            return Losses.Loss.CrossEntropy(scores, of);
        }

        BlockChecks.Shape(this, rewards, nameof(rewards), ("pairs", count));
        return (Losses.Loss.CrossEntropy(scores, of, reduction: Losses.LossReduction.None) * rewards).Mean();
    }

    /// <summary>The vectors of items, to be kept for <see cref="Retrieve"/>.</summary>
    /// <param name="items">The items, [m, ..].</param>
    /// <returns>[m, width].</returns>
    public Tensor Index(Tensor items) => Vectors(ItemTower, items, nameof(items));

    /// <summary>The best items of each query, the best first, by their products with all that are kept.</summary>
    /// <param name="queries">The queries, [n, ..].</param>
    /// <param name="index">What <see cref="Index"/> gave of all items, [m, width].</param>
    /// <param name="k">How many.</param>
    /// <returns>Their scores [n, k], and where they stand in the index, int64 [n, k].</returns>
    /// <exception cref="ShapeException">The widths differ, or there are fewer items.</exception>
    public (Tensor Scores, Tensor Places) Retrieve(Tensor queries, Tensor index, int k)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        using GradMode.Region none = GradMode.NoGrad();
        Tensor scores = Scores(Vectors(QueryTower, queries, nameof(queries)), index);
        (Tensor best, Tensor places) = scores.TopK(k, 1);
        return (best, places);
    }

    private Tensor Scores(Tensor queries, Tensor items) => items.Rank == 2 && queries.Size(1) == items.Size(1)
        ? queries.MatMul(items.Transpose(0, 1)) / Temperature
        : throw new ShapeException(
            $"{Kind}: vectors of queries {queries.Shape} and of items {items.Shape} do not fit; both must be [count, width].");

    private Tensor Vectors(Module<Tensor, Tensor> tower, Tensor input, string argument)
    {
        ArgumentNullException.ThrowIfNull(input, argument);
        Tensor vectors = tower.Forward(input);
        return vectors.Rank != 2
            ? throw new ShapeException($"{Kind}: a tower's output {vectors.Shape} does not fit; it must be [count, width].")
            : Normalize ? vectors.Normalize(2, 1) : vectors;
    }
}
