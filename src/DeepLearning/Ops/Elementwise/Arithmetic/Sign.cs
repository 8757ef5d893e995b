using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>−1, 0 or 1 by the sign, 0 for NaN; the gradient is 0 everywhere.</summary>
    public Tensor Sign() => Map(default(SignOp));

    /// <summary>As <see cref="Sign()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SignInPlace() => MapInPlace(default(SignOp));

    /// <summary>As <see cref="Sign()"/>: for real numbers PyTorch's <c>sgn</c> is the same.</summary>
    public Tensor Sgn() => Sign();

    /// <summary>As <see cref="Sign()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SgnInPlace() => SignInPlace();
}

internal readonly struct SignOp : IUnaryOp<SignOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Select(R.Less(0.0, x), 1.0, R.Select(R.Less(x, 0.0), -1.0, 0.0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SignOp op, R x, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}
