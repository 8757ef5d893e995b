using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The smallest integer not below x; the gradient is 0.</summary>
    public Tensor Ceil() => DType.IsInteger() ? Clone() : Map(default(CeilOp));

    /// <summary>As <see cref="Ceil()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor CeilInPlace() => DType.IsInteger() ? this : MapInPlace(default(CeilOp));
}

internal readonly struct CeilOp : IUnaryOp<CeilOp>
{
    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Ceiling(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in CeilOp op, R x, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}
