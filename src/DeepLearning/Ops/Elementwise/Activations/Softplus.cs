using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Smooth rectifier: y = ln(1 + e^(βx)) / β, and x itself where βx is above the threshold.</summary>
    /// <param name="beta">β, the sharpness of the bend; not 0.</param>
    /// <param name="threshold">Above this βx the result is x.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="beta"/> is 0 or not finite, or <paramref name="threshold"/> NaN.
    /// </exception>
    public Tensor Softplus(double beta = 1.0, double threshold = 20.0) => Map(SoftplusOptions.Of(beta, threshold));

    /// <summary>As <see cref="Softplus(double, double)"/>, written into this tensor.</summary>
    /// <param name="beta">β, the sharpness of the bend; not 0.</param>
    /// <param name="threshold">Above this βx the result is x.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="beta"/> is 0 or not finite, or <paramref name="threshold"/> NaN.
    /// </exception>
    public Tensor SoftplusInPlace(double beta = 1.0, double threshold = 20.0) =>
        MapInPlace(SoftplusOptions.Of(beta, threshold));
}

internal static class SoftplusOptions
{
    /// <summary>The operation of these options, checked.</summary>
    public static SoftplusOp Of(double beta, double threshold) =>
        new(OptionChecks.Divisor(beta, nameof(Tensor.Softplus)), OptionChecks.NotNaN(threshold, nameof(Tensor.Softplus)));
}

internal readonly struct SoftplusOp(double beta, double threshold) : IUnaryOp<SoftplusOp>
{
    private readonly double _beta = beta;
    private readonly double _threshold = threshold;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        R z = x * _beta;
        R smooth = (R.Max(z, 0.0) + R.Log1p(R.Exp(-R.Abs(z)))) / _beta;
        return R.Select(R.Less(_threshold, z), x, smooth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SoftplusOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        R z = x * op._beta;
        return dy * R.Select(R.Less(op._threshold, z), 1.0, Formulas.Sigmoid(z));
    }

    public void Describe(OperationAttributes attributes) => attributes.Add("beta", _beta).Add("threshold", _threshold);
}
