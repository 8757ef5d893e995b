using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// log cosh(x − y): half the squared error for small differences, the absolute error less log 2 for large ones, smooth between.
    /// </summary>
    /// <param name="input">The predictions x, of any shape.</param>
    /// <param name="target">What they should be, y, of the same shape.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor LogCosh(Tensor input, Tensor target, LossReduction reduction = LossReduction.Mean) =>
        PairLoss.Run(default(LogCoshOp), input, target, reduction, "LogCosh");

    internal readonly struct LogCoshOp : IBinaryOp<LogCoshOp>
    {
        public static bool BackwardNeedsOutput => false;

        /// <summary>
        /// log cosh d = ½ log(1 + sinh² d) up to 1, where a difference of terms would lose the digits of small ones; beyond,
        /// |d| + log(1 + e^(−2|d|)) − log 2.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R>
        {
            R distance = R.Abs(a - b), sine = R.Sinh(Formulas.AtMost(distance, 1.0));
            R near = R.Log1p(sine * sine) * 0.5, far = distance + (R.Log1p(R.Exp(distance * -2.0)) - Math.Log(2));
            return R.Select(R.Less(distance, 1.0), near, far);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardLeft<R>(in LogCoshOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => dy * R.Tanh(a - b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardRight<R>(in LogCoshOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => -(dy * R.Tanh(a - b));
    }
}

/// <summary><see cref="Loss.LogCosh"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class LogCoshLoss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.LogCosh(first, second, reduction);
}
