using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Square root; NaN below 0.</summary>
    public Tensor Sqrt() => Map(default(SqrtOp));

    /// <summary>As <see cref="Sqrt()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SqrtInPlace() => MapInPlace(default(SqrtOp));
}

internal readonly struct SqrtOp : IUnaryOp<SqrtOp>
{
    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SqrtOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / (y + y);
}
