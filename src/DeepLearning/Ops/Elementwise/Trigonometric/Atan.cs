using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Arc tangent, in −π/2 … π/2.</summary>
    public Tensor Atan() => Map(default(AtanOp));

    /// <summary>As <see cref="Atan()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor AtanInPlace() => MapInPlace(default(AtanOp));
}

internal readonly struct AtanOp : IUnaryOp<AtanOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Atan(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in AtanOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / (1.0 + (x * x));
}
