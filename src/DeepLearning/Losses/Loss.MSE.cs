using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>The squared error (x − y)², elementwise, then reduced.</summary>
    /// <param name="input">The predictions, of any shape.</param>
    /// <param name="target">What they should be, of the same shape.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <param name="weight">A weight of each element, of the same shape; 1 when null. The mean divides by their sum.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor MSE(
        Tensor input, Tensor target, LossReduction reduction = LossReduction.Mean, Tensor? weight = null) => weight is null
        ? PairLoss.Run(default(MSELossOp), input, target, reduction, "MSE")
        : PairLoss.RunWeighted(default(MSELossOp), input, target, weight, reduction, dividesByWeights: true, "MSE");
}

/// <summary><see cref="Loss.MSE"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class MSELoss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.MSE(first, second, reduction);
}

internal readonly struct MSELossOp : IBinaryOp<MSELossOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => (a - b) * (a - b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in MSELossOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * ((a - b) * 2.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in MSELossOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * ((b - a) * 2.0);
}
