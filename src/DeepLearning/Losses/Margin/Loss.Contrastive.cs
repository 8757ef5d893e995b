using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The loss of pairs of vectors by their distance d = ‖x₁ − x₂‖₂: ½ · (y · d² + (1 − y) · max(0, margin − d)²), y being 1 where they
    /// belong together and 0 where not. Hadsell, Chopra and LeCun, "Dimensionality reduction by learning an invariant mapping", 2006, where
    /// y is the other way round.
    /// </summary>
    /// <param name="first">The vectors x₁, [.., D].</param>
    /// <param name="second">The vectors x₂, of the same shape.</param>
    /// <param name="target">Whether they belong together, y, 0 to 1, of that shape without its last axis.</param>
    /// <param name="margin">How far apart pairs shall be that do not belong together; above 0.</param>
    /// <param name="reduction">Whether the mean, the sum or the pairs' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the target's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is not from 0 to 1, or the margin is not above 0.</exception>
    public static Tensor Contrastive(
        Tensor first, Tensor second, Tensor target, double margin = 1.0, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (first, second, target) = (cast.Of(first), cast.Of(second), cast.Of(target));
        const string Name = "Contrastive";
        LossOperands.CheckEqual(Name, first, "first input", second, "second input");
        LossOperands.CheckReduction(Name, reduction, first);
        ArgumentNullException.ThrowIfNull(target);
        OptionChecks.Positive(margin, "Contrastive");
        if (first.Rank == 0 || target.Shape != first.Shape[..^1])
        {
            throw new ShapeException(
                $"{Name}: a target {target.Shape} does not fit inputs {first.Shape}; those are [.., D], and it has their shape without D.");
        }

        Tensor shares = target.Detach();
        Check0To1(shares, static () => new ArgumentOutOfRangeException(
            nameof(target), $"{Name}: a target is not from 0 to 1; 1 is a pair that belongs together, 0 one that does not."));

        DType result = LossOperands.ResultOf(first, second), compute = result.Compute();
        shares = shares.To(compute);
        Tensor difference = first.To(compute) - second.To(compute), distance = difference.Norm(2, [-1]);
        Tensor apart = distance.Map(Tensor.FromScalar(1.0, compute, distance.Device), new MarginOp(margin));
        Tensor losses = ((shares * difference.Square().Sum(-1)) + ((1.0 - shares) * apart.Square())) * 0.5;
        return LossOperands.Reduce(losses, reduction, result);
    }
}

/// <summary><see cref="Loss.Contrastive"/> as a module of the two vectors and the target.</summary>
/// <param name="margin">How far apart pairs shall be that do not belong together; above 0.</param>
/// <param name="reduction">Whether the mean, the sum or the pairs' losses themselves are returned.</param>
public sealed class ContrastiveLoss(double margin = 1.0, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second, Tensor third) =>
        Loss.Contrastive(first, second, third, margin, reduction);
}
