using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The nearest integer, halves to even; the gradient is 0.</summary>
    public Tensor Round() => DType.IsInteger() ? Clone() : Map(default(RoundOp));

    /// <summary>As <see cref="Round()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor RoundInPlace() => DType.IsInteger() ? this : MapInPlace(default(RoundOp));
}

internal readonly struct RoundOp : IUnaryOp<RoundOp>
{
    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Round(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in RoundOp op, R x, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}
