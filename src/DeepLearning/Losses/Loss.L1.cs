using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>The absolute error |x − y|, elementwise, then reduced; its gradient where both are equal is 0.</summary>
    /// <param name="input">The predictions, of any shape.</param>
    /// <param name="target">What they should be, of the same shape.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <param name="weight">A weight of each element, of the same shape; 1 when null. The mean divides by their sum.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor L1(
        Tensor input, Tensor target, LossReduction reduction = LossReduction.Mean, Tensor? weight = null) => weight is null
        ? PairLoss.Run(default(L1LossOp), input, target, reduction, "L1")
        : PairLoss.RunWeighted(default(L1LossOp), input, target, weight, reduction, dividesByWeights: true, "L1");
}

/// <summary><see cref="Loss.L1"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class L1Loss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.L1(first, second, reduction);
}

internal readonly struct L1LossOp : IBinaryOp<L1LossOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Abs(a - b);
}
