using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// Huber's loss with d = x − y: d²/2 where |d| ≤ δ, δ · (|d| − δ/2) beyond. Huber, "Robust estimation of a location parameter", 1964.
    /// </summary>
    /// <param name="input">The predictions, of any shape.</param>
    /// <param name="target">What they should be, of the same shape.</param>
    /// <param name="delta">Where the parabola goes over into straight lines; above 0.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <param name="weight">A weight of each element, of the same shape; 1 when null. The mean divides by their number, as PyTorch has
    /// it.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor Huber(
        Tensor input, Tensor target, double delta = 1.0, LossReduction reduction = LossReduction.Mean, Tensor? weight = null)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, weight) = (cast.Of(input), cast.Of(target), cast.OrNull(weight));
        OptionChecks.Positive(delta, "Huber");
        return weight is null
            ? PairLoss.Run(new HuberLossOp(delta), input, target, reduction, "Huber")
            : PairLoss.RunWeighted(new HuberLossOp(delta), input, target, weight, reduction, dividesByWeights: false, "Huber");
    }
}

/// <summary><see cref="Loss.Huber"/> as a module.</summary>
/// <param name="delta">Where the parabola goes over into straight lines; above 0.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class HuberLoss(double delta = 1.0, LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.Huber(first, second, delta, reduction);
}

internal readonly struct HuberLossOp(double delta) : IBinaryOp<HuberLossOp>
{
    private readonly double _delta = delta;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        R distance = R.Abs(a - b), near = R.Min(distance, _delta);
        return near * (distance - (near * 0.5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in HuberLossOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * op.Slope(a - b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in HuberLossOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => -(dy * op.Slope(a - b));

    /// <summary>The difference, cut off at ±δ; where it is δ exactly, the line counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private R Slope<R>(R difference)
        where R : struct, IReal<R> =>
        R.Select(R.LessOrEqual(_delta, difference), _delta, R.Select(R.LessOrEqual(difference, -_delta), -_delta, difference));

    public void Describe(OperationAttributes attributes) => attributes.Add("delta", _delta);
}
