using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Exponential linear unit: y = x where x &gt; 0, else α (eˣ − 1). Clevert and others, "Fast and accurate deep network learning by
    /// exponential linear units", 2016.
    /// </summary>
    /// <param name="alpha">α, minus the limit far below 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is NaN or infinite.</exception>
    public Tensor Elu(double alpha = 1.0) => Map(new EluOp(OptionChecks.Finite(alpha, "ELU"), 1.0, 1.0));

    /// <summary>As <see cref="Elu(double)"/>, written into this tensor.</summary>
    /// <param name="alpha">α, minus the limit far below 0.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is NaN or infinite.</exception>
    public Tensor EluInPlace(double alpha = 1.0) => MapInPlace(new EluOp(OptionChecks.Finite(alpha, "ELU"), 1.0, 1.0));
}

/// <summary>scale · x where x &gt; 0, else scale · α (e^(inputScale · x) − 1): ELU, SELU and CELU.</summary>
internal readonly struct EluOp(double alpha, double scale, double inputScale) : IUnaryOp<EluOp>
{
    private readonly double _alpha = alpha;
    private readonly double _scale = scale;
    private readonly double _inputScale = inputScale;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        Mask<R> below = R.LessOrEqual(x, 0.0);
        R negative = R.Expm1(R.Select(below, x, 0.0) * _inputScale) * (_alpha * _scale);
        return R.Select(below, negative, x * _scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in EluOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        // From the input: far below 0 the result is −α to the last bit, and its distance from that limit has no digits left.
        Mask<R> above = R.Less(0.0, x);
        R e = R.Exp(R.Select(above, 0.0, x) * op._inputScale);
        return dy * R.Select(above, op._scale, e * (op._alpha * op._scale * op._inputScale));
    }

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("alpha", _alpha).Add("scale", _scale).Add("input_scale", _inputScale);
}
