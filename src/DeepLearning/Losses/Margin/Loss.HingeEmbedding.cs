using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The loss of distances x of pairs: x where the pair belongs together (y = 1), max(0, margin − x) where it does not (y = −1).
    /// </summary>
    /// <param name="input">The distances x, of any shape.</param>
    /// <param name="target">1 or −1, of the same shape.</param>
    /// <param name="margin">How far apart pairs shall be that do not belong together.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither 1 nor −1.</exception>
    public static Tensor HingeEmbedding(
        Tensor input, Tensor target, double margin = 1.0, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        PairLoss.Check(input, target, "HingeEmbedding");
        LossOperands.CheckSigns("HingeEmbedding", target);
        OptionChecks.Finite(margin, "HingeEmbedding");
        return PairLoss.Run(new HingeEmbeddingOp(margin), input, target, reduction, "HingeEmbedding");
    }

    internal readonly struct HingeEmbeddingOp(double margin) : IBinaryOp<HingeEmbeddingOp>
    {
        private readonly double _margin = margin;

        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R> => R.Select(R.Less(0.0, b), a, Formulas.AtLeast(_margin - a, 0.0));

        public void Describe(OperationAttributes attributes) => attributes.Add("margin", _margin);
    }
}

/// <summary><see cref="Loss.HingeEmbedding"/> as a module.</summary>
/// <param name="margin">How far apart pairs shall be that do not belong together.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class HingeEmbeddingLoss(double margin = 1.0, LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.HingeEmbedding(first, second, margin, reduction);
}
