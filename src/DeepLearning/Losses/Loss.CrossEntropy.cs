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
    /// <exception cref="ArgumentException">Targets are probabilities, and <paramref name="ignoreIndex"/> is a class.</exception>
    public static Tensor CrossEntropy(
        Tensor input, Tensor target, Tensor? weight = null, long ignoreIndex = -100, double labelSmoothing = 0,
        LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, weight) = (cast.Of(input), cast.Of(target), cast.OrNull(weight));
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        if (!(labelSmoothing is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "CrossEntropy: labelSmoothing is from 0 to 1.");
        }

        LossOperands.CheckReduction("CrossEntropy", reduction, input);
        bool isClasses = !target.DType.IsFloatingPoint();
        ClassTargets.Check(input, target, weight, isClasses, "CrossEntropy");
        if (!isClasses && ignoreIndex >= 0)
        {
            throw new ArgumentException(
                $"CrossEntropy: targets that are probabilities have no class {ignoreIndex} to leave out; set their rows to 0, or give "
                    + "classes.",
                nameof(ignoreIndex));
        }

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
        classes = ClassTargets.CheckedLater(classes, rows.Size(1), ignoreIndex, "CrossEntropy") ?? classes;
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
        Tensor wanted = smoothing == 0 ? target : (target * (1 - smoothing)) + (smoothing / rows.Size(1));
        Tensor losses = -rows.LogSoftmax(-1).Map(weight is null ? wanted : wanted * weight, default(WeighedOp)).Sum(1);
        return reduction == LossReduction.None
            ? losses.Reshape(input.Rank == 1 ? [] : [input.Size(0), .. input.Shape[2..]])
            : PairLoss.Reduce(losses, reduction);
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
