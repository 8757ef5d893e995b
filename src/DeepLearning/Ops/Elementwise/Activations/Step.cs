using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The threshold of the classical perceptron: y = 0 below 0, 1 above, NaN at NaN (Rosenblatt, "The perceptron", 1958). Its gradient is
    /// 0, or with <paramref name="straightThrough"/> passes as if y were x (Bengio, Léonard and Courville, "Estimating or propagating
    /// gradients through stochastic neurons for conditional computation", 2013).
    /// </summary>
    /// <param name="atZero">The value at 0.</param>
    /// <param name="straightThrough">Whether the gradient passes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atZero"/> is NaN.</exception>
    /// <exception cref="DTypeException">The tensor is of an integer type that does not hold the value at 0.</exception>
    public Tensor Step(double atZero = 1.0, bool straightThrough = false)
    {
        OptionChecks.NotNaN(atZero, nameof(Step));
        DType.CheckHolds(atZero, nameof(Step));
        if (!DType.IsFloatingPoint() && atZero != Math.Floor(atZero))
        {
            throw new DTypeException($"Step: {DType.Name()} does not hold {atZero}, the value at 0; convert with To(DType.Float32).");
        }

        return straightThrough ? Map(new PassingStepOp(0.0, atZero, double.NaN)) : Map(new StepOp(atZero));
    }

    /// <summary>
    /// −1, 0 or 1 by the sign, with a gradient that passes as if y were x where <paramref name="straightThrough"/> is set: see
    /// <see cref="Step"/>.
    /// </summary>
    /// <param name="straightThrough">Whether the gradient passes; otherwise it is 0.</param>
    public Tensor Sign(bool straightThrough) => straightThrough ? Map(new PassingStepOp(-1.0, 0.0, 0.0)) : Sign();
}

internal readonly struct StepOp(double atZero) : IUnaryOp<StepOp>
{
    private readonly double _atZero = atZero;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => Steps.At(x, 0.0, _atZero, double.NaN);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in StepOp op, R x, R y, R dy)
        where R : struct, IReal<R> => 0.0;

    public void Describe(OperationAttributes attributes) => attributes.Add("at_zero", _atZero);
}

/// <summary>A step whose gradient is that of x.</summary>
internal readonly struct PassingStepOp(double below, double atZero, double nan) : IUnaryOp<PassingStepOp>
{
    private readonly double _below = below;
    private readonly double _atZero = atZero;
    private readonly double _nan = nan;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => Steps.At(x, _below, _atZero, _nan);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in PassingStepOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy;

    public void Describe(OperationAttributes attributes) => attributes.Add("below", _below).Add("at_zero", _atZero);
}

/// <summary>The formula of steps from one value to 1.</summary>
file static class Steps
{
    /// <summary>A value below 0, others at 0 and at NaN, 1 above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R At<R>(R x, R below, R atZero, R nan)
        where R : struct, IReal<R> =>
        R.Select(R.Less(0.0, x), 1.0, R.Select(R.Less(x, 0.0), below, R.Select(R.Equal(x, 0.0), atZero, nan)));
}
