using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>a raised to b.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Pow(Tensor other) => Map(other, default(PowOp));

    /// <summary>As <see cref="Pow(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor PowInPlace(Tensor other) => MapInPlace(other, default(PowOp));
}

internal readonly struct PowOp : IBinaryOp<PowOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Pow(a, b);

    // Each side by itself: with the sum over both, an infinite or undefined part of one would reach the other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in PowOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R>
    {
        Mask<R> constant = R.Equal(b, 0.0);
        R exponent = R.Select(constant, 1.0, b);
        return R.Select(constant, 0.0, dy * (exponent * R.Pow(a, exponent - 1.0)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in PowOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R>
    {
        Mask<R> flat = R.Equal(a, 0.0) & R.LessOrEqual(0.0, b);
        R number = R.Select(flat, 1.0, a);
        return R.Select(flat, 0.0, dy * (R.Pow(number, b) * R.Log(number)));
    }
}
