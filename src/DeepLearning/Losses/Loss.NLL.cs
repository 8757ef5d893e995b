using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The negative log-likelihood −w[t] · x[t] of log-probabilities x; after a <c>LogSoftmax</c> this is <see cref="CrossEntropy"/>, which
    /// does both at once. The mean divides by the sum of the targets' weights.
    /// </summary>
    /// <param name="input">The log-probabilities, [N, C], [N, C, d₁, …] or [C].</param>
    /// <param name="target">Classes 0 to C − 1 of an integer type, [N], [N, d₁, …] or [].</param>
    /// <param name="weight">A weight for each class, [C]; 1 when null.</param>
    /// <param name="ignoreIndex">A target that does not count.</param>
    /// <param name="reduction">Whether the mean, the sum or the losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the target's shape without reduction.</returns>
    /// <exception cref="ShapeException">The target's or the weight's shape does not fit.</exception>
    /// <exception cref="DTypeException">The target is not of an integer type.</exception>
    /// <exception cref="IndexException">A target is not a class.</exception>
    public static Tensor NLL(
        Tensor input, Tensor target, Tensor? weight = null, long ignoreIndex = -100, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, weight) = (cast.Of(input), cast.Of(target), cast.OrNull(weight));
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        if (target.DType.IsFloatingPoint())
        {
            throw new DTypeException($"NLL: the target has classes of an integer type, not {target.DType.Name()}; convert with "
                + "To(DType.Int64).");
        }

        LossOperands.CheckReduction("NLL", reduction, input);
        ClassTargets.Check(input, target, weight, true, "NLL");
        if (input.DType.Compute() is var compute && compute != input.DType)
        {
            return LossCounts.Convert(NLL(input.To(compute), target, weight, ignoreIndex, reduction), input.DType);
        }

        Tensor classes = target.Detach().To(DType.Int64).Reshape(-1);
        (Tensor losses, Tensor weights) = ClassTargets.NegativeLogarithms(ClassTargets.Rows(input), classes, weight, ignoreIndex, "NLL");
        Tensor result = ClassTargets.Reduce(losses, weights, classes, ignoreIndex, reduction, target.Shape);
        return LossCounts.IsCollecting
            ? LossCounts.Report(result, weights.To(DType.Float64).Sum(), reduction, ignoreIndex)
            : result;
    }
}

/// <summary><see cref="Loss.NLL"/> as a module.</summary>
/// <param name="weight">A weight for each class, [C]; 1 when null.</param>
/// <param name="ignoreIndex">A target that does not count.</param>
/// <param name="reduction">Whether the mean, the sum or the losses themselves are returned.</param>
public sealed class NLLLoss(Tensor? weight = null, long ignoreIndex = -100, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    [Buffer]
    private readonly Tensor? _weight = weight;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.NLL(first, second, _weight, ignoreIndex, reduction);
}
