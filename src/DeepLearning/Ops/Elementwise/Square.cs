using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = x²; defined for integers.</summary>
    public Tensor Square() => Map(default(SquareOp));

    /// <summary>As <see cref="Square()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SquareInPlace() => MapInPlace(default(SquareOp));
}

internal readonly struct SquareOp : IUnaryOp<SquareOp>
{
    public static Domain Domain => Domain.Number;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SquareOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (x + x);
}
