using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = ln(eᵃ + eᵇ), without overflow.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor LogAddExp(Tensor other) => Map(other, default(LogAddExpOp));

    /// <summary>As <see cref="LogAddExp(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor LogAddExpInPlace(Tensor other) => MapInPlace(other, default(LogAddExpOp));
}

internal readonly struct LogAddExpOp : IBinaryOp<LogAddExpOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        Mask<R> equal = R.Equal(a, b);
        R less = R.Exp(-R.Abs(R.Select(equal, 0.0, a - b)));
        return R.Max(a, b) + R.Log1p(less);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in LogAddExpOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * Formulas.Sigmoid(a - b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in LogAddExpOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * Formulas.Sigmoid(b - a);
}
