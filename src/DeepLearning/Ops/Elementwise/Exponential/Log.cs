using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Natural logarithm; NaN below 0, −∞ at 0.</summary>
    public Tensor Log() => Map(default(LogOp));

    /// <summary>As <see cref="Log()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor LogInPlace() => MapInPlace(default(LogOp));
}

internal readonly struct LogOp : IUnaryOp<LogOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in LogOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / x;
}
