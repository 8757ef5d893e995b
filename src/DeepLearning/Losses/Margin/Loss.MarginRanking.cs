using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The loss of two rankings: max(0, margin − y · (x₁ − x₂)); with y = 1 the first shall rank higher, with y = −1 the second.
    /// </summary>
    /// <param name="first">The scores x₁, of any shape.</param>
    /// <param name="second">The scores x₂, of the same shape.</param>
    /// <param name="target">Which shall be higher, y = 1 or −1, of the same shape.</param>
    /// <param name="margin">By how much.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the scores' shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is 0.</exception>
    public static Tensor MarginRanking(
        Tensor first, Tensor second, Tensor target, double margin = 0, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (first, second, target) = (cast.Of(first), cast.Of(second), cast.Of(target));
        LossOperands.CheckEqual("MarginRanking", first, "first input", second, "second input");
        LossOperands.CheckEqual("MarginRanking", first, "first input", target, "target");
        LossOperands.CheckSigned("MarginRanking", target);
        OptionChecks.Finite(margin, "MarginRanking");
        DType result = LossOperands.ResultOf(first, second, target), compute = result.Compute();
        Tensor lead = first.To(compute) - second.To(compute);
        return LossCounts.Convert(PairLoss.Run(new MarginOp(margin), lead, target.To(compute), reduction, "MarginRanking"), result);
    }
}

/// <summary><see cref="Loss.MarginRanking"/> as a module of the two scores and the target.</summary>
/// <param name="margin">By how much the one shall be higher.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class MarginRankingLoss(double margin = 0, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second, Tensor third) =>
        Loss.MarginRanking(first, second, third, margin, reduction);
}
