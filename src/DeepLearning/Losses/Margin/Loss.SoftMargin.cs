using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>The logistic loss log(1 + exp(−y · x)) of scores x for two classes y = ±1, finite for scores of any size.</summary>
    /// <param name="input">The scores x, of any shape.</param>
    /// <param name="target">The classes y, 1 or −1, of the same shape.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is 0.</exception>
    public static Tensor SoftMargin(Tensor input, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        PairLoss.Check(input, target, "SoftMargin");
        LossOperands.CheckSigned("SoftMargin", target);
        return PairLoss.Run(default(SoftMarginOp), input, target, reduction, "SoftMargin");
    }

    internal readonly struct SoftMarginOp : IBinaryOp<SoftMarginOp>
    {
        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R> => Formulas.StableSoftplus(-(a * b));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardLeft<R>(in SoftMarginOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => -(dy * b * Formulas.Sigmoid(-(a * b)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardRight<R>(in SoftMarginOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => -(dy * a * Formulas.Sigmoid(-(a * b)));
    }
}

/// <summary><see cref="Loss.SoftMargin"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class SoftMarginLoss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.SoftMargin(first, second, reduction);
}
