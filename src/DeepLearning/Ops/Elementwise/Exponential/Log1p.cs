using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = ln(1 + x), accurate near 0.</summary>
    public Tensor Log1p() => Map(default(Log1pOp));

    /// <summary>As <see cref="Log1p()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Log1pInPlace() => MapInPlace(default(Log1pOp));
}

internal readonly struct Log1pOp : IUnaryOp<Log1pOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Log1p(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in Log1pOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / (x + 1.0);
}
