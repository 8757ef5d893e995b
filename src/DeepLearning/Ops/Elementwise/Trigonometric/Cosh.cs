using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Hyperbolic cosine.</summary>
    public Tensor Cosh() => Map(default(CoshOp));

    /// <summary>As <see cref="Cosh()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor CoshInPlace() => MapInPlace(default(CoshOp));
}

internal readonly struct CoshOp : IUnaryOp<CoshOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Cosh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in CoshOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * R.Sinh(x);
}
