using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = eˣ − 1, accurate near 0.</summary>
    public Tensor Expm1() => Map(default(Expm1Op));

    /// <summary>As <see cref="Expm1()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Expm1InPlace() => MapInPlace(default(Expm1Op));
}

internal readonly struct Expm1Op : IUnaryOp<Expm1Op>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Expm1(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in Expm1Op op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * R.Exp(x);
}
