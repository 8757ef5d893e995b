using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The squared hinge loss max(0, 1 − y · x)² of scores x for two classes y = ±1. Rosasco et al., "Are loss functions all the same?",
    /// 2004.
    /// </summary>
    /// <param name="input">The scores x, of any shape.</param>
    /// <param name="target">The classes y, 1 or −1, of the same shape.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither 1 nor −1.</exception>
    public static Tensor SquaredHinge(Tensor input, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        PairLoss.Check(input, target, "SquaredHinge");
        LossOperands.CheckSigns("SquaredHinge", target);
        return PairLoss.Run(default(SquaredHingeOp), input, target, reduction, "SquaredHinge");
    }

    internal readonly struct SquaredHingeOp : IBinaryOp<SquaredHingeOp>
    {
        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R>
        {
            R excess = Formulas.AtLeast(1.0 - (a * b), 0.0);
            return excess * excess;
        }
    }
}

/// <summary><see cref="Loss.SquaredHinge"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class SquaredHingeLoss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.SquaredHinge(first, second, reduction);
}
