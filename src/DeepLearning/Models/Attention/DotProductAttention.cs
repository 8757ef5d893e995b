namespace DeepLearning.Models;

/// <summary>
/// Attention by the product of query and key: score = query · key / √E (Vaswani et al. 2017, "Attention is all you need"), without the
/// factor the "dot" of Luong, Pham and Manning 2015, "Effective approaches to attention-based neural machine translation". Without
/// parameters. Where the weights are not asked for, <see cref="Tensor.ScaledDotProductAttention"/> takes less memory.
/// </summary>
/// <param name="scaled">Whether the products are divided by the root of the width.</param>
public sealed class DotProductAttention(bool scaled = true) : ScoredAttention(null, null)
{
    /// <summary>Whether the products are divided by the root of the width.</summary>
    public bool Scaled { get; } = scaled;

    /// <inheritdoc/>
    protected internal override string Details => Scaled ? "scaled" : "";

    /// <inheritdoc/>
    protected override Tensor Scores(Tensor query, Tensor prepared)
    {
        if (prepared.Rank < 2 || prepared.Size(-1) != query.Size(-1))
        {
            throw new ShapeException(
                $"{Kind}: key {prepared.Shape} does not fit query {query.Shape}; it must be [.., length, {query.Size(-1)}].");
        }

        return (Scaled ? query * (1 / Math.Sqrt(query.Size(-1))) : query).MatMul(prepared.Transpose(-1, -2));
    }
}
