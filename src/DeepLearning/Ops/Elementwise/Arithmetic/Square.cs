using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = x²; defined for integers. Truth values become int64, as with <see cref="Pow(Scalar)"/>.</summary>
    public Tensor Square() => (DType == DType.Bool ? To(DType.Int64) : this).Map(default(SquareOp));

    /// <summary>As <see cref="Square()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">A bool tensor, which does not hold the int64 result.</exception>
    public Tensor SquareInPlace() => DType == DType.Bool ? this.Assign(Square(), nameof(Square)) : MapInPlace(default(SquareOp));
}

internal readonly struct SquareOp : IUnaryOp<SquareOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SquareOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (x + x);
}
