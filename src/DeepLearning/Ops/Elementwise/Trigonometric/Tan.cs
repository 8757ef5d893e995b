using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Tangent of an angle in radians.</summary>
    public Tensor Tan() => Map(default(TanOp));

    /// <summary>As <see cref="Tan()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor TanInPlace() => MapInPlace(default(TanOp));
}

internal readonly struct TanOp : IUnaryOp<TanOp>
{
    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Tan(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in TanOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (1.0 + (y * y));
}
