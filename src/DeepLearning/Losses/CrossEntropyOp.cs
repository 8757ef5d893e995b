using System.Globalization;
using DeepLearning.Losses;

namespace DeepLearning;

/// <summary>
/// The cross-entropy of rows of logits against classes, reduced. Inputs: the logits [M, C], the classes [M] (int64), the weight [C].
/// </summary>
internal readonly record struct CrossEntropyOp(long IgnoreIndex, double Smoothing, LossReduction Reduction, Shape Shape) : IFusedOp
{
    public static int Differentiable => 1;

    public string Name => "CrossEntropy";

    public void Describe(OperationAttributes attributes) => attributes
        .Add("reduction", Reduction.ToString()).Add("ignore_index", IgnoreIndex).Add("label_smoothing", Smoothing);

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor rows = inputs[0]!, classes = inputs[1]!, counts = classes.NotEqualTo(IgnoreIndex).Unsqueeze(1);
        // Rows left out may hold anything, NaN included.
        Tensor logarithms = rows.MaskedFill(counts.LogicalNot(), 0.0).LogSoftmax(1);
        (Tensor losses, Tensor weights) = ClassTargets.NegativeLogarithms(logarithms, classes, inputs[2], IgnoreIndex, "CrossEntropy");
        if (Smoothing > 0)
        {
            Tensor uniform = counts.To(rows.DType) * (Smoothing / rows.Size(1));
            uniform = inputs[2] is { } weight ? uniform * weight.To(rows.DType) : uniform;
            Tensor spread = -logarithms.Map(uniform, default(WeighedOp)).Sum(1);
            losses = Smoothing < 1 ? (losses * (1 - Smoothing)) + spread : spread;
        }

        return ClassTargets.Reduce(losses, weights, classes, IgnoreIndex, Reduction, Shape);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor rows = inputs[0]!.Detach();
        int count = rows.Size(0);
        Tensor losses = Tensor.Allocate([count], rows.DType, rows.Device), rowWeights = Tensor.EmptyLike(losses);
        Tensor logSums = Tensor.Allocate([2, count], rows.DType, rows.Device);
        if (!rows.Backend.TryCrossEntropy(rows, inputs[1]!, inputs[2], IgnoreIndex, Smoothing, losses, logSums, rowWeights))
        {
            return null;
        }

        kept.First = logSums;
        if (Reduction == LossReduction.Mean)
        {
            kept.Second = rowWeights.Sum();
            return losses.Sum() / kept.Second;
        }

        kept.Third = LossCounts.IsCollecting ? rowWeights : null;
        return Reduction == LossReduction.Sum ? losses.Sum() : losses.Reshape(Shape);
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor rows = node.Input(0), share = node.KeptOrNull(1) is { } divisor ? gradient / divisor : gradient;
        Tensor each = share.Rank == 0 ? share.Expand(rows.Size(0)) : share.Reshape(rows.Size(0));
        Tensor dx = Tensor.Allocate(rows.Layout, rows.DType, rows.Device);
        if (!rows.Backend.TryCrossEntropyBackward(
            rows, node.Kept(0), node.Input(1), node.InputOrNull(2), IgnoreIndex, Smoothing, each, dx))
        {
            return false;
        }

        gradients[0] = dx;
        return true;
    }

    /// <summary>The sum of the weights of the rows' classes.</summary>
    public Tensor Counted(Tensor rows, Tensor classes, Tensor? weight, in KeptTensors kept)
    {
        return kept.Second ?? kept.Third?.Sum() ?? ClassTargets.Weights(classes, weight, IgnoreIndex, rows.DType).Sum();
    }
}

internal abstract partial class Backend
{
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

    /// <summary>What a kernel throws where a target is not a class.</summary>
    internal static IndexException NoClass(string operation, long target, long row, int classes, long ignoreIndex) =>
        NoClass(operation, target.ToString(CultureInfo.InvariantCulture), row, classes, ignoreIndex);

    /// <summary>As the other, of a target in words.</summary>
    internal static IndexException NoClass(string operation, string target, long row, int classes, long ignoreIndex) => new(
        $"{operation}: the target {target} of row {row} is no class: there are {classes}, so targets are 0 to {classes - 1}, "
        + $"or the ignoreIndex {ignoreIndex} for rows to leave out.");
}
