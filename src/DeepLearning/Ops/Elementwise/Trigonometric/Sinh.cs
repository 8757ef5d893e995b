using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Hyperbolic sine.</summary>
    public Tensor Sinh() => Map(default(SinhOp));

    /// <summary>As <see cref="Sinh()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SinhInPlace() => MapInPlace(default(SinhOp));
}

internal readonly struct SinhOp : IUnaryOp<SinhOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Sinh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SinhOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * R.Cosh(x);
}
