using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = −x; defined for integers.</summary>
    public Tensor Negate() => this.CheckSubtraction(DType).Map(default(NegateOp));

    /// <summary>As <see cref="Negate()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor NegateInPlace() => this.CheckSubtraction(DType).MapInPlace(default(NegateOp));
}

internal readonly struct NegateOp : IUnaryOp<NegateOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => -x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in NegateOp op, R x, R y, R dy)
        where R : struct, IReal<R> => -dy;
}
