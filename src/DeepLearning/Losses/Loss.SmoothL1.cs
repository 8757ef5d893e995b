using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// A smooth absolute error with d = x − y: d²/(2β) where |d| &lt; β, |d| − β/2 beyond; for β = 0 the absolute error. Girshick, "Fast
    /// R-CNN", 2015.
    /// </summary>
    /// <param name="input">The predictions, of any shape.</param>
    /// <param name="target">What they should be, of the same shape.</param>
    /// <param name="beta">Where the parabola goes over into straight lines; 0 or more.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor SmoothL1(Tensor input, Tensor target, double beta = 1.0, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        OptionChecks.NotNegative(beta, "SmoothL1");
        return PairLoss.Run(new SmoothL1LossOp(beta), input, target, reduction, "SmoothL1");
    }
}

/// <summary><see cref="Loss.SmoothL1"/> as a module.</summary>
/// <param name="beta">Where the parabola goes over into straight lines; 0 or more.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class SmoothL1Loss(double beta = 1.0, LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.SmoothL1(first, second, beta, reduction);
}

internal readonly struct SmoothL1LossOp(double beta) : IBinaryOp<SmoothL1LossOp>
{
    private readonly double _beta = beta;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        R distance = R.Abs(a - b);
        if (_beta == 0)
        {
            return distance;
        }

        R near = R.Min(distance, _beta);
        return near / _beta * (distance - (near * 0.5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in SmoothL1LossOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * op.Slope(a - b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in SmoothL1LossOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => -(dy * op.Slope(a - b));

    /// <summary>±1 on the lines, also infinitely far out; on the parabola difference / β.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private R Slope<R>(R difference)
        where R : struct, IReal<R> =>
        _beta == 0
            ? R.Select(R.Less(0.0, difference), 1.0, R.Select(R.Less(difference, 0.0), -1.0, 0.0))
            : R.Select(R.LessOrEqual(_beta, difference), 1.0, R.Select(R.LessOrEqual(difference, -_beta), -1.0, difference / _beta));

    public void Describe(OperationAttributes attributes) => attributes.Add("beta", _beta);
}
