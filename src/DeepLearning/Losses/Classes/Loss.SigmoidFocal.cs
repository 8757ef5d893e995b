using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The focal loss of logits for two classes: −α_t · (1 − p_t)^γ · log p_t, where p_t is the probability given to the true class, so
    /// that what is classified well weighs little. Lin et al., "Focal loss for dense object detection", 2017; torchvision's
    /// <c>sigmoid_focal_loss</c>.
    /// </summary>
    /// <param name="input">The logits, of any shape.</param>
    /// <param name="target">The probabilities of the positive class, such as 0 and 1, of the same shape.</param>
    /// <param name="alpha">The weight α of the positive class, 0 to 1, that of the other being 1 − α; null weighs both as 1.</param>
    /// <param name="gamma">The power γ, 0 or more; with 0 this is a weighted binary cross-entropy.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor SigmoidFocal(
        Tensor input, Tensor target, double? alpha = 0.25, double gamma = 2, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        OptionChecks.NotNegative(gamma, "SigmoidFocal");
        if (alpha is { } weight && !(weight is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "SigmoidFocal: the weight of the positive class is from 0 to 1.");
        }

        return PairLoss.Run(new SigmoidFocalOp(alpha, gamma), input, target, reduction, "SigmoidFocal");
    }

    internal readonly struct SigmoidFocalOp(double? alpha, double gamma) : IBinaryOp<SigmoidFocalOp>
    {
        private readonly double _positive = alpha ?? 1;
        private readonly double _negative = 1 - alpha ?? 1;
        private readonly double _gamma = gamma;

        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R>
        {
            R weight = (_positive * b) + (_negative * (1.0 - b));
            R loss = weight * default(LogitOp).Forward(a, b);
            if (_gamma == 0)
            {
                return loss;
            }

            R missing = (b * Formulas.Sigmoid(-a)) + ((1.0 - b) * Formulas.Sigmoid(a));
            return Formulas.Weighed(FocalFactor.Of(missing, _gamma), loss);
        }

        public void Describe(OperationAttributes attributes) =>
            attributes.Add("alpha_positive", _positive).Add("alpha_negative", _negative).Add("gamma", _gamma);
    }
}

/// <summary>What the focal losses share.</summary>
internal static class FocalFactor
{
    /// <summary>
    /// missing^γ, from a share that is not quite 0, where its derivative would be infinite for γ below 1. Powers of whole γ are products.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Of<R>(R missing, double gamma)
        where R : struct, IReal<R> =>
        gamma == 2 ? missing * missing : gamma == 1 ? missing : R.Pow(Formulas.AtLeast(missing, 1e-30), gamma);
}

/// <summary><see cref="Loss.SigmoidFocal"/> as a module.</summary>
/// <param name="alpha">The weight of the positive class, 0 to 1, that of the other being 1 − α; null weighs both as 1.</param>
/// <param name="gamma">The power, 0 or more.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class SigmoidFocalLoss(double? alpha = 0.25, double gamma = 2, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.SigmoidFocal(first, second, alpha, gamma, reduction);
}
