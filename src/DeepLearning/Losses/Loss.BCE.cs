using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// Binary cross-entropy of probabilities: −w · (y · log x + (1 − y) · log(1 − x)); logarithms are cut off at −100, as PyTorch does, so
    /// that it is finite at 0 and 1. <see cref="BCEWithLogits"/> of the logits is more precise.
    /// </summary>
    /// <param name="input">The predicted probabilities x, 0 to 1, of any shape.</param>
    /// <param name="target">The probabilities y, 0 to 1, of the same shape.</param>
    /// <param name="weight">The weight w of each element; broadcasts to the input. 1 when null.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A prediction or a target is not from 0 to 1.</exception>
    public static Tensor BCE(Tensor input, Tensor target, Tensor? weight = null, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, weight) = (cast.Of(input), cast.Of(target), cast.OrNull(weight));
        PairLoss.Check(input, target, "BCE");
        using (GradMode.NoGrad())
        {
            Check0To1(input, static () => new ArgumentOutOfRangeException(
                nameof(input), "BCE: a prediction is not from 0 to 1 (or NaN); apply Sigmoid() first, or better, give the logits to "
                    + "BCEWithLogits."));
            Check0To1(target, static () => new ArgumentOutOfRangeException(
                nameof(target), "BCE: a target is not from 0 to 1 (or NaN); it is the probability of the class, or 0 or 1."));
        }

        if (weight is null)
        {
            return PairLoss.Run(default(ProbabilityOp), input, target, reduction, "BCE");
        }

        LossOperands.CheckReduction("BCE", reduction, input);
        DType result = PairLoss.ResultOf(input, target, weight), compute = result.Compute();
        Tensor losses = input.To(compute).Map(target.To(compute), default(ProbabilityOp)).Map(weight, default(WeighedOp));
        return LossCounts.Convert(PairLoss.Reduce(losses, reduction), result);
    }

    /// <summary>Refuses an element that is not from 0 to 1, or NaN.</summary>
    private static void Check0To1(Tensor x, Func<Exception> error)
    {
        if (x.Backend.DefersChecks)
        {
            Tensor given = x.Detach();
            x.Backend.RefuseLater(given.GreaterOrEqual(0).LogicalAnd(given.LessOrEqual(1)).LogicalNot(), error);
        }
        else if (x.Count > 0 && !(Number(x.Amin()) >= 0 && Number(x.Amax()) <= 1))
        {
            // NaN, which both ends pass on, is not from 0 to 1 either.
            throw error();
        }
    }

    private static double Number(Tensor x) => x.To(DType.Float64).Item<double>();

    internal readonly struct ProbabilityOp : IBinaryOp<ProbabilityOp>
    {
        private const double Least = -100;

        /// <summary>What keeps the gradient finite at 0 and 1; PyTorch has it in float32.</summary>
        private const double Smallest = 1e-12f;

        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R> =>
            ((b - 1.0) * R.Max(R.Log1p(-a), Least)) - (b * R.Max(R.Log(a), Least));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardLeft<R>(in ProbabilityOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => dy * (a - b) / R.Max((1.0 - a) * a, Smallest);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardRight<R>(in ProbabilityOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => dy * (R.Max(R.Log1p(-a), Least) - R.Max(R.Log(a), Least));
    }
}

/// <summary><see cref="Loss.BCE"/> as a module.</summary>
/// <param name="weight">The weight of each element; broadcasts to the input. 1 when null.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class BCELoss(Tensor? weight = null, LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    [Buffer]
    private readonly Tensor? _weight = weight;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.BCE(first, second, _weight, reduction);
}
