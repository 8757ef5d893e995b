using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Arc sine, in −π/2 … π/2; NaN outside −1 … 1.</summary>
    public Tensor Asin() => Map(default(AsinOp));

    /// <summary>As <see cref="Asin()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor AsinInPlace() => MapInPlace(default(AsinOp));
}

internal readonly struct AsinOp : IUnaryOp<AsinOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Asin(x);
}
