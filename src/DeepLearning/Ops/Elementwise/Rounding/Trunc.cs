using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The integer part, toward zero; the gradient is 0.</summary>
    public Tensor Trunc() => DType.IsInteger() ? Clone() : Map(default(TruncOp));

    /// <summary>As <see cref="Trunc()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor TruncInPlace() => DType.IsInteger() ? this : MapInPlace(default(TruncOp));
}

internal readonly struct TruncOp : IUnaryOp<TruncOp>
{
    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Truncate(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in TruncOp op, R x, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}
