using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = a · ln(1 + b), and 0 where a is 0.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Xlog1py(Tensor other) => Map(other, default(Xlog1pyOp));

    /// <summary>As <see cref="Xlog1py(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor Xlog1pyInPlace(Tensor other) => MapInPlace(other, default(Xlog1pyOp));
}

internal readonly struct Xlog1pyOp : IBinaryOp<Xlog1pyOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        Mask<R> none = R.Equal(a, 0.0) & ~R.IsNaN(b);
        return R.Select(none, 0.0, a * R.Log1p(b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in Xlog1pyOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R>
    {
        Mask<R> none = R.Equal(a, 0.0) & R.LessOrEqual(b, -1.0);
        return dy * R.Select(none, 0.0, R.Log1p(R.Select(none, 1.0, b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in Xlog1pyOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * (a / (b + 1.0));
}
