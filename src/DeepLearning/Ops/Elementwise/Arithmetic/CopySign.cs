using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The absolute value of this tensor's elements with the sign of the other's: |a| · sign(b).</summary>
    /// <param name="other">The tensor whose signs are taken.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor CopySign(Tensor other) => Map(other, default(CopySignOp));

    /// <summary>As <see cref="CopySign(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The tensor whose signs are taken; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor CopySignInPlace(Tensor other) => MapInPlace(other, default(CopySignOp));
}

internal readonly struct CopySignOp : IBinaryOp<CopySignOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        R size = R.Abs(a);
        return R.Select(R.IsNegative(b), -size, size);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in CopySignOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R>
    {
        Mask<R> zero = R.Equal(a, 0.0);
        return dy * R.Select(zero, 0.0, y / R.Select(zero, 1.0, a));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in CopySignOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}
