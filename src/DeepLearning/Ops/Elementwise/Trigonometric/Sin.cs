using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Sine of an angle in radians.</summary>
    public Tensor Sin() => Map(default(SinOp));

    /// <summary>As <see cref="Sin()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SinInPlace() => MapInPlace(default(SinOp));
}

internal readonly struct SinOp : IUnaryOp<SinOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Sin(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SinOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * R.Cos(x);
}
