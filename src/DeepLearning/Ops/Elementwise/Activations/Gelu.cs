using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Gaussian error linear unit: y = x · Φ(x) = ½ x (1 + erf(x / √2)), or its tanh form
    /// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))); 0, the limit, at −∞. Hendrycks and Gimpel, "Gaussian error linear units", 2016.
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

    /// <summary>Beyond ±40 Φ(x) is 0 or 1 to the last bit, and the density 0.</summary>
    private const double Far = 40.0;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => Formulas.AtLeast(x, -Far) * ((R.Erf(x * RootOfHalf) + 1.0) * 0.5);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in GeluOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        R near = Formulas.Within(x, Far);
        return dy * (((R.Erf(near * RootOfHalf) + 1.0) * 0.5) + (near * (R.Exp(near * near * -0.5) * Density)));
    }
}

internal readonly struct GeluTanhOp : IUnaryOp<GeluTanhOp>
{
    private const double Slope = 0.7978845608028654;
    private const double Cubic = 0.044715;

    /// <summary>Beyond ±30 the hyperbolic tangent is ±1 to the last bit.</summary>
    private const double Far = 30.0;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => Formulas.AtLeast(x, -Far) * ((R.Tanh(R.MultiplyAdd(x * x * Cubic, x, x) * Slope) + 1.0) * 0.5);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in GeluTanhOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        R near = Formulas.Within(x, Far), square = near * near;
        R t = R.Tanh(R.MultiplyAdd(square * Cubic, near, near) * Slope);
        R slope = (1.0 - (t * t)) * (R.MultiplyAdd(square, 3.0 * Cubic, 1.0) * Slope);
        return dy * ((R.MultiplyAdd(near, slope, t) + 1.0) * 0.5);
    }
}
