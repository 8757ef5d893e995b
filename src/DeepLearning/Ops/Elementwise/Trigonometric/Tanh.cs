using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Hyperbolic tangent, in −1 … 1.</summary>
    public Tensor Tanh() => Map(default(TanhOp));

    /// <summary>As <see cref="Tanh()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor TanhInPlace() => MapInPlace(default(TanhOp));
}

internal readonly struct TanhOp : IUnaryOp<TanhOp>
{
    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in TanhOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (1.0 - (y * y));
}
