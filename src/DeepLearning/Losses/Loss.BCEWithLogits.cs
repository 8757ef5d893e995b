using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// Binary cross-entropy of logits: −w · (p · y · log σ(x) + (1 − y) · log(1 − σ(x))), computed as softplus so that it is finite for
    /// logits of any size.
    /// </summary>
    /// <param name="input">The logits x, of any shape.</param>
    /// <param name="target">The probabilities y of the positive class, 0 to 1, of the same shape.</param>
    /// <param name="weight">The weight w of each element; broadcasts to the input. 1 when null.</param>
    /// <param name="positiveWeight">The weight p of positive examples, such as one a class; broadcasts to the input. 1 when null.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor BCEWithLogits(
        Tensor input, Tensor target, Tensor? weight = null, Tensor? positiveWeight = null, LossReduction reduction = LossReduction.Mean)
    {
        if (weight is null && positiveWeight is null)
        {
            return PairLoss.Run(default(LogitOp), input, target, reduction, "BCEWithLogits");
        }

        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, weight, positiveWeight) = (cast.Of(input), cast.Of(target), cast.OrNull(weight), cast.OrNull(positiveWeight));
        PairLoss.Check(input, target, "BCEWithLogits");
        LossOperands.CheckReduction("BCEWithLogits", reduction, input);
        DType result = PairLoss.ResultOf(input, target, weight, positiveWeight), compute = result.Compute();
        Tensor x = input.To(compute), y = target.To(compute);
        Tensor losses = positiveWeight is null
            ? x.Map(y, default(LogitOp))
            : x.Map(y, positiveWeight.To(compute), default(WeightedLogitOp));
        return LossCounts.Convert(
            PairLoss.Reduce(weight is null ? losses : losses.Map(weight, default(WeighedOp)), reduction), result);
    }

    /// <summary>
    /// The loss of a logit x with the target y: x · (1 − y) + log(1 + exp(−x)) from 0 on, −x · y + log(1 + exp(x)) below. So the
    /// logarithm is added to nothing larger than the loss, and an infinite logit on the target's side costs 0.
    /// </summary>
    internal readonly struct LogitOp : IBinaryOp<LogitOp>
    {
        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R> =>
            Formulas.Weighed(R.Select(R.Less(a, 0.0), -b, 1.0 - b), a) + R.Log1p(R.Exp(-R.Abs(a)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardLeft<R>(in LogitOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R>
        {
            // σ(a) − b, where a is large as (1 − b) − σ(−a): σ(a) itself would round to 1.
            Mask<R> negative = R.Less(a, 0.0);
            R e = R.Exp(R.Select(negative, a, -a));
            R tail = e / (e + 1.0);
            return dy * R.Select(negative, tail - b, (1.0 - b) - tail);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardRight<R>(in LogitOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => -(dy * a);
    }

    /// <summary>p · y · softplus(−x) + (1 − y) · softplus(x), c being the weight p of positives.</summary>
    internal readonly struct WeightedLogitOp : ITernaryOp<WeightedLogitOp>
    {
        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b, R c)
            where R : struct, IReal<R> =>
            Formulas.Weighed(c * b, Formulas.StableSoftplus(-a)) + Formulas.Weighed(1.0 - b, Formulas.StableSoftplus(a));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardFirst<R>(in WeightedLogitOp op, R a, R b, R c, R y, R dy)
            where R : struct, IReal<R> => dy * (((1.0 - b) * Formulas.Sigmoid(a)) - (c * b * Formulas.Sigmoid(-a)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardSecond<R>(in WeightedLogitOp op, R a, R b, R c, R y, R dy)
            where R : struct, IReal<R> => dy * (Formulas.Weighed(c, Formulas.StableSoftplus(-a)) - Formulas.StableSoftplus(a));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardThird<R>(in WeightedLogitOp op, R a, R b, R c, R y, R dy)
            where R : struct, IReal<R> => dy * Formulas.Weighed(b, Formulas.StableSoftplus(-a));
    }
}

/// <summary><see cref="Loss.BCEWithLogits"/> as a module.</summary>
/// <param name="weight">The weight of each element; broadcasts to the input. 1 when null.</param>
/// <param name="positiveWeight">The weight of positive examples; broadcasts to the input. 1 when null.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class BCEWithLogitsLoss(Tensor? weight = null, Tensor? positiveWeight = null, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    [Buffer]
    private readonly Tensor? _weight = weight;

    [Buffer]
    private readonly Tensor? _posWeight = positiveWeight;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.BCEWithLogits(first, second, _weight, _posWeight, reduction);
}
