using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The focal loss of logits of several classes: −w[t] · (1 − p)^γ · log p with p = softmax(x)[t], so that what is classified well
    /// weighs little. The mean divides by the sum of the targets' weights; with γ = 0 this is <see cref="CrossEntropy"/>. Lin et al.,
    /// "Focal loss for dense object detection", 2017.
    /// </summary>
    /// <param name="input">The logits x, [N, C], [N, C, d₁, …] or [C].</param>
    /// <param name="target">Classes t, 0 to C − 1, of an integer type, [N], [N, d₁, …] or [].</param>
    /// <param name="weight">A weight w for each class, [C], the paper's α; 1 when null.</param>
    /// <param name="gamma">The power γ, 0 or more.</param>
    /// <param name="ignoreIndex">A target that does not count.</param>
    /// <param name="reduction">Whether the mean, the sum or the losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the target's shape without reduction.</returns>
    /// <exception cref="ShapeException">The target's or the weight's shape does not fit.</exception>
    /// <exception cref="IndexException">A target is not a class.</exception>
    public static Tensor Focal(
        Tensor input, Tensor target, Tensor? weight = null, double gamma = 2, long ignoreIndex = -100,
        LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, weight) = (cast.Of(input), cast.Of(target), cast.OrNull(weight));
        const string Name = "Focal";
        ArgumentNullException.ThrowIfNull(input);
        LossOperands.CheckInteger(Name, target, "target");
        LossOperands.CheckReduction(Name, reduction, input);
        OptionChecks.NotNegative(gamma, "Focal");
        ClassTargets.Check(input, target, weight, true, Name);
        DType result = input.DType, compute = result.Compute();
        Tensor rows = ClassTargets.Rows(input.To(compute)), classes = target.Detach().To(DType.Int64).Reshape(-1);
        Tensor ignored = classes.EqualTo(ignoreIndex);
        Tensor logarithms = rows.MaskedFill(ignored.Unsqueeze(1), 0.0).LogSoftmax(1);
        (Tensor losses, Tensor weights) = ClassTargets.NegativeLogarithms(logarithms, classes, weight, ignoreIndex, Name);
        if (gamma > 0)
        {
            Tensor own = logarithms.Gather(1, classes.MaskedFill(ignored, 0).Unsqueeze(1)).Squeeze(1);
            losses = losses.Map(own, new FocalOp(gamma));
        }

        Tensor reduced = ClassTargets.Reduce(losses, weights, classes, ignoreIndex, reduction, target.Shape);
        if (LossCounts.IsCollecting)
        {
            LossCounts.Report(reduced, weights.Detach().To(DType.Float64).Sum(), reduction, ignoreIndex);
        }

        return LossCounts.Convert(reduced, result);
    }

    /// <summary>a · (1 − eᵇ)^γ: the loss a, and the logarithm b of the probability of the true class.</summary>
    internal readonly struct FocalOp(double gamma) : IBinaryOp<FocalOp>
    {
        private readonly double _gamma = gamma;

        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R> => Formulas.Weighed(FocalFactor.Of(-R.Expm1(b), _gamma), a);

        public void Describe(OperationAttributes attributes) => attributes.Add("gamma", _gamma);
    }
}

/// <summary><see cref="Loss.Focal"/> as a module.</summary>
/// <param name="weight">A weight for each class, [C]; 1 when null.</param>
/// <param name="gamma">The power, 0 or more.</param>
/// <param name="ignoreIndex">A target that does not count.</param>
/// <param name="reduction">Whether the mean, the sum or the losses themselves are returned.</param>
public sealed class FocalLoss(
    Tensor? weight = null, double gamma = 2, long ignoreIndex = -100, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    [Buffer]
    private readonly Tensor? _weight = weight;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.Focal(first, second, _weight, gamma, ignoreIndex, reduction);
}
