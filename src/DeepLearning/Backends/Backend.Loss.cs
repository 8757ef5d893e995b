using DeepLearning.Numerics;

namespace DeepLearning.Backends;

/// <summary>Losses and their gradients in one pass over the operands, where the device has kernels for it.</summary>
internal abstract partial class Backend
{
    /// <summary>y = scale · Σ op(a, b) over all elements; a and b have one shape, y one element.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryBinarySum<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor y)
        where TOp : struct, IBinaryOp<TOp> => false;

    /// <summary>The gradients of a and b, where not null, of <see cref="TryBinarySum"/> from the gradient dy of its one element.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryBinarySumBackward<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor dy, Tensor? da, Tensor? db)
        where TOp : struct, IBinaryOp<TOp> => false;

    /// <summary>
    /// The cross-entropy of each row of logits x [M, C] against a class of target [M] (int64): losses [M]; the rows' log Σ exp in logSums
    /// [2, M], the greatest logit and the logarithm of the sum relative to it, for added up the second would lose its digits; and the
    /// weight of each row's class in rowWeights [M] (1 without weight [C]). Rows whose target is <paramref name="ignoreIndex"/> get 0
    /// and 0.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    /// <exception cref="IndexException">A target is not a class.</exception>
    public virtual bool TryCrossEntropy(
        Tensor x, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor losses, Tensor logSums, Tensor rowWeights) =>
        false;

    /// <summary>
    /// The gradient dx of logits x from the gradient [M] of the losses; the other arguments as <see cref="TryCrossEntropy"/> had and gave
    /// them.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryCrossEntropyBackward(
        Tensor x, Tensor logSums, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor gradient, Tensor dx) => false;

    /// <summary>
    /// The losses [N] of connectionist temporal classification, also in double precision in exact, from log-probabilities x [T, N, C],
    /// labels with blanks around each [N, L], and how many steps and labels count, lengths [2, N] (both int64). In paths [N, T, L]
    /// (float64): the logarithm of what the paths up to a step that end in a state sum up to.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryCtc(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor losses, Tensor exact, Tensor paths) => false;

    /// <summary>
    /// Adds the gradient of log-probabilities x to dx from that of the losses, [N]; the other arguments as <see cref="TryCtc"/> had and
    /// gave them. That of an infinite loss is 0.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryCtcBackward(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor paths, Tensor exact, Tensor gradient, Tensor dx) => false;

    /// <summary>What a kernel throws where a target is not a class.</summary>
    internal static IndexException NoClass(string operation, long target, long row, int classes, long ignoreIndex) => new(
        $"{operation}: the target {target} of row {row} is no class: there are {classes}, so targets are 0 to {classes - 1}, "
        + $"or the ignoreIndex {ignoreIndex} for rows to leave out.");
}
