using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>The squared difference of logarithms, (log(1 + x) − log(1 + y))²: of what grows by factors, such as prices.</summary>
    /// <param name="input">The predictions x, above −1, of any shape.</param>
    /// <param name="target">What they should be, y, above −1, of the same shape.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A prediction or a target is −1 or less.</exception>
    public static Tensor MSLE(Tensor input, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        PairLoss.Check(input, target, "MSLE");
        CheckLogarithm(input, nameof(input), "prediction");
        CheckLogarithm(target, nameof(target), "target");
        return PairLoss.Run(default(LogarithmicOp), input, target, reduction, "MSLE");

        static void CheckLogarithm(Tensor x, string parameter, string role) => Backend.Refuse(
            x.Detach().LessOrEqual(-1), () => new ArgumentOutOfRangeException(
                parameter, $"MSLE: a {role} is -1 or less, where log(1 + x) is not a number."));
    }

    internal readonly struct LogarithmicOp : IBinaryOp<LogarithmicOp>
    {
        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R>
        {
            R difference = R.Log1p(a) - R.Log1p(b);
            return difference * difference;
        }
    }
}

/// <summary><see cref="Loss.MSLE"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class MSLELoss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.MSLE(first, second, reduction);
}
