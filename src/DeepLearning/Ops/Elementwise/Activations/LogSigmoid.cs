using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Logarithm of the logistic function: y = −ln(1 + e^(−x)), without overflow.</summary>
    public Tensor LogSigmoid() => Map(default(LogSigmoidOp));

    /// <summary>As <see cref="LogSigmoid()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor LogSigmoidInPlace() => MapInPlace(default(LogSigmoidOp));
}

internal readonly struct LogSigmoidOp : IUnaryOp<LogSigmoidOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Min(x, 0.0) - R.Log1p(R.Exp(-R.Abs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in LogSigmoidOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * Formulas.Sigmoid(-x);
}
