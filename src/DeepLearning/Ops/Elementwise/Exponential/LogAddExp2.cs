using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = log₂(2ᵃ + 2ᵇ), without overflow.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor LogAddExp2(Tensor other) => Map(other, default(LogAddExp2Op));

    /// <summary>As <see cref="LogAddExp2(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor LogAddExp2InPlace(Tensor other) => MapInPlace(other, default(LogAddExp2Op));
}

internal readonly struct LogAddExp2Op : IBinaryOp<LogAddExp2Op>
{
    private const double Ln2 = 0.6931471805599453;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        Mask<R> equal = R.Equal(a, b);
        R less = R.Exp(-R.Abs(R.Select(equal, 0.0, a - b)) * Ln2);
        return R.Max(a, b) + (R.Log1p(less) / Ln2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in LogAddExp2Op op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * Formulas.Sigmoid((a - b) * Ln2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in LogAddExp2Op op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * Formulas.Sigmoid((b - a) * Ln2);
}
