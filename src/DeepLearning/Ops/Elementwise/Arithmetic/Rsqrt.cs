using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Reciprocal square root: y = 1/√x.</summary>
    public Tensor Rsqrt() => Map(default(RsqrtOp));

    /// <summary>As <see cref="Rsqrt()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor RsqrtInPlace() => MapInPlace(default(RsqrtOp));
}

internal readonly struct RsqrtOp : IUnaryOp<RsqrtOp>
{
    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => 1.0 / R.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in RsqrtOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (y * y * y * -0.5);
}
