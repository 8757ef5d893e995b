using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Attention by a score of query and key: weights = softmax(score(query, key)) over the keys that take part, output = weights · value. What
/// the scores are, the classes that derive from it say. A query that sees no key gives 0.
/// </summary>
public abstract class ScoredAttention : Module<Tensor, Tensor, Tensor, (Tensor Output, Tensor Weights)>
{
    /// <summary>Makes the attention.</summary>
    /// <param name="queryWidth">The width of the queries; any when null.</param>
    /// <param name="keyWidth">The width of the keys; any when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A width is not positive.</exception>
    protected ScoredAttention(int? queryWidth, int? keyWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(queryWidth ?? 1, nameof(queryWidth));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keyWidth ?? 1, nameof(keyWidth));
        (QueryWidth, KeyWidth) = (queryWidth, keyWidth);
    }

    /// <summary>The width of the queries; null where any fits.</summary>
    public int? QueryWidth { get; }

    /// <summary>The width of the keys; null where any fits.</summary>
    public int? KeyWidth { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Weights) Forward(Tensor first, Tensor second, Tensor third) =>
        Forward(first, second, third, null);

    /// <summary>Attends.</summary>
    /// <param name="query">The queries, [.., L, E].</param>
    /// <param name="key">The keys, [.., S, Ek].</param>
    /// <param name="value">The values, [.., S, Ev].</param>
    /// <param name="mask">True where a key takes part; broadcasts to [.., L, S].</param>
    /// <returns>The output, [.., L, Ev], and the weights, [.., L, S].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values.</exception>
    public (Tensor Output, Tensor Weights) Forward(Tensor query, Tensor key, Tensor value, Tensor? mask) => NamedCall.Of(
        this, (query, key, value, mask), static (self, x) =>
        {
            self.CheckKeys(x.key, x.value);
            return self.Weighted(x.query, self.PrepareKeys(x.key), x.value, x.mask);
        });

    /// <summary>
    /// Attends to keys of which <see cref="PrepareKeys"/> has computed what depends on them alone: for a decoder, which asks the same keys
    /// at every step.
    /// </summary>
    /// <param name="query">The queries, [.., L, E].</param>
    /// <param name="prepared">What <see cref="PrepareKeys"/> gave.</param>
    /// <param name="value">The values, [.., S, Ev].</param>
    /// <param name="mask">True where a key takes part; broadcasts to [.., L, S].</param>
    /// <returns>The output, [.., L, Ev], and the weights, [.., L, S].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values.</exception>
    public (Tensor Output, Tensor Weights) Attend(Tensor query, Tensor prepared, Tensor value, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        return NamedCall.Of(
            this, (query, prepared, value, mask), static (self, x) => self.Weighted(x.query, x.prepared, x.value, x.mask));
    }

    /// <summary>What the scores need of the keys, which is the same for every query; the keys themselves by default.</summary>
    /// <param name="key">The keys, [.., S, Ek].</param>
    /// <returns>What <see cref="Scores"/> is given.</returns>
    public virtual Tensor PrepareKeys(Tensor key) => key;

    /// <summary>The scores.</summary>
    /// <param name="query">The queries, [.., L, E].</param>
    /// <param name="prepared">What <see cref="PrepareKeys"/> gave.</param>
    /// <returns>The scores, [.., L, S].</returns>
    protected abstract Tensor Scores(Tensor query, Tensor prepared);

    private (Tensor Output, Tensor Weights) Weighted(Tensor query, Tensor prepared, Tensor value, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(value);
        BlockChecks.Width(this, query, "query", QueryWidth ?? query.Size(-1), 2);
        Tensor scores = Scores(query, prepared);
        BlockChecks.Mask(this, mask, [.. scores.Shape]);
        if (value.Rank < 2 || value.Size(-2) != scores.Size(-1))
        {
            throw new ShapeException($"{Kind}: value {value.Shape} does not fit; it must be [.., {scores.Size(-1)}, width], as the keys.");
        }

        Tensor weights = AttentionWeights.OfScores(scores, mask, emptyAsZero: mask is not null);
        return (weights.MatMul(value), weights);
    }

    private void CheckKeys(Tensor key, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        BlockChecks.Width(this, key, "key", KeyWidth ?? key.Size(-1), 2);
    }
}
