using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = a · ln(b), and 0 where a is 0.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Xlogy(Tensor other) => Map(other, default(XlogyOp));

    /// <summary>As <see cref="Xlogy(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor XlogyInPlace(Tensor other) => MapInPlace(other, default(XlogyOp));
}

internal readonly struct XlogyOp : IBinaryOp<XlogyOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        Mask<R> none = R.Equal(a, 0.0) & ~R.IsNaN(b);
        return R.Select(none, 0.0, a * R.Log(b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in XlogyOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R>
    {
        Mask<R> none = R.Equal(a, 0.0) & R.LessOrEqual(b, 0.0);
        return dy * R.Select(none, 0.0, R.Log(R.Select(none, 1.0, b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in XlogyOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * (a / b);
}
