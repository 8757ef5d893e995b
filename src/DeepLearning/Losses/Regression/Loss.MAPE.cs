using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The absolute error as a share of the target's magnitude: |x − y| / max(|y|, ε). 1 means an error as large as the target (times 100,
    /// it is the percentage).
    /// </summary>
    /// <param name="input">The predictions x, of any shape.</param>
    /// <param name="target">What they should be, y, of the same shape.</param>
    /// <param name="eps">What the error is divided by where a target is smaller; above 0.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor MAPE(Tensor input, Tensor target, double eps = 1.17e-6, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        OptionChecks.Positive(eps, "MAPE");
        return PairLoss.Run(new PercentageOp(eps), input, target, reduction, "MAPE");
    }

    internal readonly struct PercentageOp(double eps) : IBinaryOp<PercentageOp>
    {
        private readonly double _eps = eps;

        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R> => R.Abs(a - b) / Formulas.AtLeast(R.Abs(b), _eps);

        public void Describe(OperationAttributes attributes) => attributes.Add("eps", _eps);
    }
}

/// <summary><see cref="Loss.MAPE"/> as a module.</summary>
/// <param name="eps">What the error is divided by where a target is smaller; above 0.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class MAPELoss(double eps = 1.17e-6, LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.MAPE(first, second, eps, reduction);
}
