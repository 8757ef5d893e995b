using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Logarithm to base 2.</summary>
    public Tensor Log2() => Map(default(Log2Op));

    /// <summary>As <see cref="Log2()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Log2InPlace() => MapInPlace(default(Log2Op));
}

internal readonly struct Log2Op : IUnaryOp<Log2Op>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Log2(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in Log2Op op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / (x * 0.693147180559945309417);
}
