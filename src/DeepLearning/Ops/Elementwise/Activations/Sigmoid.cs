using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Logistic function: y = 1 / (1 + e^(−x)).</summary>
    public Tensor Sigmoid() => Map(default(SigmoidOp));

    /// <summary>As <see cref="Sigmoid()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SigmoidInPlace() => MapInPlace(default(SigmoidOp));
}

internal readonly struct SigmoidOp : IUnaryOp<SigmoidOp>
{
    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => 1.0 / (1.0 + R.Exp(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SigmoidOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (y * (1.0 - y));
}
