using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = x − tanh(x).</summary>
    public Tensor Tanhshrink() => Map(default(TanhshrinkOp));

    /// <summary>As <see cref="Tanhshrink()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor TanhshrinkInPlace() => MapInPlace(default(TanhshrinkOp));
}

internal readonly struct TanhshrinkOp : IUnaryOp<TanhshrinkOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x - R.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in TanhshrinkOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        R t = R.Tanh(x);
        return dy * (t * t);
    }
}
