using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The divergence of a distribution y from a predicted one: y · (log y − x), elementwise, for log-probabilities x; 0 where y is 0. The
    /// mean is over elements, as PyTorch's; the true Kullback-Leibler divergence of a batch is <see cref="LossReduction.BatchMean"/>.
    /// </summary>
    /// <param name="input">The predicted log-probabilities x, of any shape.</param>
    /// <param name="target">The distribution y, of the same shape: probabilities, or their logarithms with
    /// <paramref name="logTarget"/>.</param>
    /// <param name="logTarget">Whether the target has logarithms.</param>
    /// <param name="reduction">Whether the mean, the sum, the sum divided by the length of the first axis, or the elements themselves
    /// are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor KLDiv(Tensor input, Tensor target, bool logTarget = false, LossReduction reduction = LossReduction.Mean) =>
        logTarget
        ? Divergence(default(LogDivergenceOp), input, target, reduction)
        : Divergence(default(DivergenceOp), input, target, reduction);

    private static Tensor Divergence<TOp>(TOp op, Tensor input, Tensor target, LossReduction reduction)
        where TOp : struct, IBinaryOp<TOp> => reduction == LossReduction.BatchMean
        ? PairLoss.RunPerSample(op, input, target, "KLDiv")
        : PairLoss.Run(op, input, target, reduction, "KLDiv");

    internal readonly struct DivergenceOp : IBinaryOp<DivergenceOp>
    {
        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R>
        {
            Mask<R> isZero = R.Equal(b, 0.0);
            R logarithm = R.Log(R.Select(isZero, 1.0, b));
            return (b * logarithm) - Formulas.Weighed(b, a);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardLeft<R>(in DivergenceOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => -(dy * b);
    }

    internal readonly struct LogDivergenceOp : IBinaryOp<LogDivergenceOp>
    {
        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R>
        {
            // A target of probability 0 costs nothing, and a prediction of 0 everything, whatever eᵇ rounds to.
            R difference = b - a;
            R value = R.Select(R.Equal(difference, double.PositiveInfinity), difference, R.Exp(b) * difference);
            return R.Select(R.Equal(b, double.NegativeInfinity) & ~R.IsNaN(a), 0.0, value);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardLeft<R>(in LogDivergenceOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => -(dy * R.Exp(b));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardRight<R>(in LogDivergenceOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> =>
            dy * R.Select(R.Equal(b, double.NegativeInfinity) & ~R.IsNaN(a), 0.0, R.Exp(b) * (b - a + 1.0));

        public void Describe(OperationAttributes attributes) => attributes.Add("log_target", true);
    }
}

/// <summary><see cref="Loss.KLDiv"/> as a module.</summary>
/// <param name="logTarget">Whether the target has logarithms.</param>
/// <param name="reduction">Whether the mean, the sum, the sum divided by the length of the first axis, or the elements themselves are
/// returned.</param>
public sealed class KLDivLoss(bool logTarget = false, LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.KLDiv(first, second, logTarget, reduction);
}
