using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Cosine of an angle in radians.</summary>
    public Tensor Cos() => Map(default(CosOp));

    /// <summary>As <see cref="Cos()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor CosInPlace() => MapInPlace(default(CosOp));
}

internal readonly struct CosOp : IUnaryOp<CosOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Cos(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in CosOp op, R x, R y, R dy)
        where R : struct, IReal<R> => -(dy * R.Sin(x));
}
