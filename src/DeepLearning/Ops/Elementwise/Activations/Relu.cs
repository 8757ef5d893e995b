using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Rectified linear unit: y = max(x, 0); the gradient at 0 is 0. Defined for integers.</summary>
    public Tensor Relu() => Map(default(ReluOp));

    /// <summary>As <see cref="Relu()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor ReluInPlace() => MapInPlace(default(ReluOp));
}

internal readonly struct ReluOp : IUnaryOp<ReluOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Select(R.Less(x, 0.0), 0.0, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ReluOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(y, 0.0), 0.0, dy);
}
