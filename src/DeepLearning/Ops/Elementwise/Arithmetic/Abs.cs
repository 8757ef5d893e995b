using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Absolute value; the gradient at 0 is 0.</summary>
    public Tensor Abs() => Map(default(AbsOp));

    /// <summary>As <see cref="Abs()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor AbsInPlace() => MapInPlace(default(AbsOp));
}

internal readonly struct AbsOp : IUnaryOp<AbsOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Abs(x);
}
