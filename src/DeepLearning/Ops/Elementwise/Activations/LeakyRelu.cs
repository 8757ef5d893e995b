using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Leaky rectified linear unit: y = x where x &gt; 0, else slope · x; the gradient at 0 is the slope.</summary>
    /// <param name="negativeSlope">The slope below 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="negativeSlope"/> is NaN or infinite.</exception>
    public Tensor LeakyRelu(double negativeSlope = 0.01) => Map(new LeakyReluOp(OptionChecks.Finite(negativeSlope, "LeakyReLU")));

    /// <summary>As <see cref="LeakyRelu(double)"/>, written into this tensor.</summary>
    /// <param name="negativeSlope">The slope below 0.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="negativeSlope"/> is NaN or infinite.</exception>
    public Tensor LeakyReluInPlace(double negativeSlope = 0.01) =>
        MapInPlace(new LeakyReluOp(OptionChecks.Finite(negativeSlope, "LeakyReLU")));
}

internal readonly struct LeakyReluOp(double negativeSlope) : IUnaryOp<LeakyReluOp>
{
    private readonly double _negativeSlope = negativeSlope;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Select(R.Less(0.0, x), x, x * _negativeSlope);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in LeakyReluOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(0.0, x), dy, dy * op._negativeSlope);

    public void Describe(OperationAttributes attributes) => attributes.Add("negative_slope", _negativeSlope);
}
