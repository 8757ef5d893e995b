using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Gaussian error linear unit: y = x · Φ(x) = ½ x (1 + erf(x / √2)), or its tanh form
    /// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))). Hendrycks and Gimpel, "Gaussian error linear units", 2016.
    /// </summary>
    /// <param name="approximate">True for the tanh form.</param>
    public Tensor Gelu(bool approximate = false) => approximate ? Map(default(GeluTanhOp)) : Map(default(GeluOp));

    /// <summary>As <see cref="Gelu(bool)"/>, written into this tensor.</summary>
    /// <param name="approximate">True for the tanh form.</param>
    /// <returns>This tensor.</returns>
    public Tensor GeluInPlace(bool approximate = false) => approximate ? MapInPlace(default(GeluTanhOp)) : MapInPlace(default(GeluOp));
}

internal readonly struct GeluOp : IUnaryOp<GeluOp>
{
    private const double RootOfHalf = 0.7071067811865476;
    private const double Density = 0.3989422804014327;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x * ((R.Erf(x * RootOfHalf) + 1.0) * 0.5);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in GeluOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (((R.Erf(x * RootOfHalf) + 1.0) * 0.5) + (x * (R.Exp(x * x * -0.5) * Density)));
}

internal readonly struct GeluTanhOp : IUnaryOp<GeluTanhOp>
{
    private const double Slope = 0.7978845608028654;
    private const double Cubic = 0.044715;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x * ((R.Tanh(R.MultiplyAdd(x * x * Cubic, x, x) * Slope) + 1.0) * 0.5);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in GeluTanhOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        R square = x * x;
        R t = R.Tanh(R.MultiplyAdd(square * Cubic, x, x) * Slope);
        R slope = (1.0 - (t * t)) * (R.MultiplyAdd(square, 3.0 * Cubic, 1.0) * Slope);
        return dy * ((R.MultiplyAdd(x, slope, t) + 1.0) * 0.5);
    }
}
