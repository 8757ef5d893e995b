using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// Cross-entropy of logits: −w[t] · log softmax(x)[t] for a class t; or −Σ w[c] · y[c] · log softmax(x)[c] for probabilities y. With
    /// label smoothing s, the target becomes (1 − s) · y + s / C. The mean over class targets divides by the sum of their weights.
    /// </summary>
    /// <param name="input">The logits, [N, C], [N, C, d₁, …] or [C].</param>
    /// <param name="target">Classes 0 to C − 1 of an integer type, [N], [N, d₁, …] or []; or probabilities of the input's shape and a
    /// floating-point type.</param>
    /// <param name="weight">A weight for each class, [C]; 1 when null.</param>
    /// <param name="ignoreIndex">A class target that does not count.</param>
    /// <param name="labelSmoothing">The share s of the target that is spread over all classes, 0 to 1.</param>
    /// <param name="reduction">Whether the mean, the sum or the losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the class targets' shape without reduction.</returns>
    /// <exception cref="ShapeException">The target's or the weight's shape does not fit.</exception>
    /// <exception cref="IndexException">A target is not a class.</exception>
    public static Tensor CrossEntropy(
        Tensor input, Tensor target, Tensor? weight = null, long ignoreIndex = -100, double labelSmoothing = 0,
        LossReduction reduction = LossReduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        if (!(labelSmoothing is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "CrossEntropy: labelSmoothing is from 0 to 1.");
        }

        LossOperands.CheckReduction("CrossEntropy", reduction);
        bool isClasses = !target.DType.IsFloatingPoint();
        ClassTargets.Check(input, target, weight, isClasses, "CrossEntropy");
        if (input.DType.Compute() is var compute && compute != input.DType)
        {
            Tensor wanted = isClasses ? target : target.To(compute);
            return LossCounts.Convert(
                CrossEntropy(input.To(compute), wanted, weight, ignoreIndex, labelSmoothing, reduction), input.DType);
        }

        Tensor rows = ClassTargets.Rows(input);
        weight = weight?.Detach().To(input.DType).Contiguous();
        if (!isClasses)
        {
            return OfProbabilities(input, rows, ClassTargets.Rows(target), weight, labelSmoothing, reduction);
        }

        Tensor classes = target.Detach().To(DType.Int64).Reshape(-1).Contiguous();
        CrossEntropyOp op = new(ignoreIndex, labelSmoothing, reduction, target.Shape);
        rows = rows.Contiguous();
        Tensor result = Fused.Run(op, [rows, classes, weight], out KeptTensors kept);
        return LossCounts.IsCollecting
            ? LossCounts.Report(result, op.Counted(rows, classes, weight, kept), reduction, ignoreIndex)
            : result;
    }

    private static Tensor OfProbabilities(
        Tensor input, Tensor rows, Tensor target, Tensor? weight, double smoothing, LossReduction reduction)
    {
        Tensor wanted = smoothing == 0 ? target : (target * (1 - smoothing)) + (smoothing / rows.Shape[1]);
        Tensor losses = -rows.LogSoftmax(-1).Map(weight is null ? wanted : wanted * weight, default(WeighedOp)).Sum(1);
        return reduction == LossReduction.None
            ? losses.Reshape(input.Rank == 1 ? [] : [input.Shape[0], .. input.Shape[2..]])
            : PairLoss.Reduce(losses, reduction);
    }
}

/// <summary>
/// The cross-entropy of rows of logits against classes, reduced. Inputs: the logits [M, C], the classes [M] (int64), the weight [C].
/// </summary>
file readonly record struct CrossEntropyOp(long IgnoreIndex, double Smoothing, LossReduction Reduction, Shape Shape) : IFusedOp
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
            Tensor uniform = counts.To(rows.DType) * (Smoothing / rows.Shape[1]);
            uniform = inputs[2] is { } weight ? uniform * weight.To(rows.DType) : uniform;
            Tensor spread = -logarithms.Map(uniform, default(WeighedOp)).Sum(1);
            losses = Smoothing < 1 ? (losses * (1 - Smoothing)) + spread : spread;
        }

        return ClassTargets.Reduce(losses, weights, classes, IgnoreIndex, Reduction, Shape);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor rows = inputs[0]!.Detach();
        int count = rows.Shape[0];
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
        Tensor each = share.Rank == 0 ? share.Expand(rows.Shape[0]) : share.Reshape(rows.Shape[0]);
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
    public double Counted(Tensor rows, Tensor classes, Tensor? weight, in KeptTensors kept)
    {
        Tensor weights = kept.Second ?? kept.Third?.Sum() ?? ClassTargets.Weights(classes, weight, IgnoreIndex, rows.DType).Sum();
        return weights.Item<double>();
    }
}

/// <summary><see cref="Loss.CrossEntropy"/> as a module.</summary>
/// <param name="weight">A weight for each class, [C]; 1 when null.</param>
/// <param name="ignoreIndex">A class target that does not count.</param>
/// <param name="labelSmoothing">The share of the target that is spread over all classes, 0 to 1.</param>
/// <param name="reduction">Whether the mean, the sum or the losses themselves are returned.</param>
public sealed class CrossEntropyLoss(
    Tensor? weight = null, long ignoreIndex = -100, double labelSmoothing = 0, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    [Buffer]
    private readonly Tensor? _weight = weight;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) =>
        Loss.CrossEntropy(first, second, _weight, ignoreIndex, labelSmoothing, reduction);
}
