namespace DeepLearning.Backends;

/// <summary>What an attention is told besides its tensors.</summary>
/// <param name="IsCausal">Whether a query sees only the keys up to its own position.</param>
/// <param name="Scale">The factor of the products of queries and keys.</param>
/// <param name="Dropout">The probability that a weight is dropped, 0 for none.</param>
/// <param name="Random">The range of random numbers of the dropped weights, counted over [.., queries, keys].</param>
internal readonly record struct AttentionOptions(bool IsCausal, double Scale, double Dropout, GeneratorState Random)
{
    /// <summary>What is left after dropping is scaled by so much.</summary>
    public double KeptScale => Dropout < 1 ? 1 / (1 - Dropout) : 0;
}

internal abstract partial class Backend
{
    /// <summary>
    /// y = dropout(softmax(scale · q kᵀ + mask)) v over the last two axes, a row without a visible key giving 0. The axes before broadcast
    /// to y's. All of one computed type but a mask of truth values, whose true ones are visible; q's and y's last axes have stride 1.
    /// figures [2, batch, queries] receives of each row what its exponents are shifted by, and the reciprocal of their sum.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryAttention(Tensor q, Tensor k, Tensor v, Tensor? mask, in AttentionOptions options, Tensor y, Tensor figures) =>
        false;

    /// <summary>
    /// The gradients of q, k and v of <see cref="TryAttention"/>, each with y's axes before its own last two, where not null. The last axes
    /// of q, y and dy and those of the results have stride 1.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryAttentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor? mask, in AttentionOptions options, Tensor y, Tensor figures, Tensor dy, Tensor? dq,
        Tensor? dk, Tensor? dv) => false;
}
