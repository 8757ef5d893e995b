using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>e raised to each element: y = eˣ.</summary>
    public Tensor Exp() => Map(default(ExpOp));

    /// <summary>As <see cref="Exp()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor ExpInPlace() => MapInPlace(default(ExpOp));
}

internal readonly struct ExpOp : IUnaryOp<ExpOp>
{
    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ExpOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * y;
}
