using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The negative log-likelihood of counts y under a Poisson distribution: exp(x) − y · x for the logarithm x of the expected count, or
    /// x − y · log(x + ε) for the count itself. What does not depend on x is left out, unless <paramref name="full"/>: then Stirling's
    /// y · log y − y + ½ log(2πy) is added where y &gt; 1.
    /// </summary>
    /// <param name="input">The predictions x, of any shape.</param>
    /// <param name="target">The counts y, of the same shape.</param>
    /// <param name="logInput">Whether the input has logarithms of expected counts.</param>
    /// <param name="full">Whether Stirling's approximation of log y! is added.</param>
    /// <param name="eps">A small number ε that keeps the logarithm from 0, without <paramref name="logInput"/>.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor PoissonNLL(
        Tensor input, Tensor target, bool logInput = true, bool full = false, double eps = 1e-8,
        LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        OptionChecks.NotNegative(eps, "PoissonNLL");
        return PairLoss.Run(new PoissonOp(logInput, full, eps), input, target, reduction, "PoissonNLL");
    }

    internal readonly struct PoissonOp(bool logInput, bool full, double eps) : IBinaryOp<PoissonOp>
    {
        // Ints: kernels of other devices take no truth values.
        private readonly int _logInput = logInput ? 1 : 0;
        private readonly int _full = full ? 1 : 0;
        private readonly double _eps = eps;

        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R>
        {
            R loss = _logInput != 0 ? R.Exp(a) - (b * a) : a - (b * R.Log(a + _eps));
            if (_full == 0)
            {
                return loss;
            }

            Mask<R> isLarge = R.Less(1.0, b);
            R count = R.Select(isLarge, b, 1.0), logarithm = R.Log(count);
            return loss + R.Select(isLarge, (count * logarithm) - count + (0.5 * (logarithm + Math.Log(2 * Math.PI))), 0.0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardLeft<R>(in PoissonOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R> => dy * (op._logInput != 0 ? R.Exp(a) - b : 1.0 - (b / (a + op._eps)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R BackwardRight<R>(in PoissonOp op, R a, R b, R y, R dy)
            where R : struct, IReal<R>
        {
            R slope = op._logInput != 0 ? -a : -R.Log(a + op._eps);
            if (op._full == 0)
            {
                return dy * slope;
            }

            Mask<R> isLarge = R.Less(1.0, b);
            R count = R.Select(isLarge, b, 1.0);
            return dy * (slope + R.Select(isLarge, R.Log(count) + (0.5 / count), 0.0));
        }

        public void Describe(OperationAttributes attributes) =>
            attributes.Add("log_input", _logInput != 0).Add("full", _full != 0).Add("eps", _eps);
    }
}

/// <summary><see cref="Loss.PoissonNLL"/> as a module.</summary>
/// <param name="logInput">Whether the input has logarithms of expected counts.</param>
/// <param name="full">Whether Stirling's approximation of log y! is added.</param>
/// <param name="eps">A small number that keeps the logarithm from 0, without <paramref name="logInput"/>.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class PoissonNLLLoss(
    bool logInput = true, bool full = false, double eps = 1e-8, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.PoissonNLL(first, second, logInput, full, eps, reduction);
}
