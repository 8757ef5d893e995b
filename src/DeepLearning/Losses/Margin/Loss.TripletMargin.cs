using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The loss of triplets: max(0, margin + d(a, p) − d(a, n)) with the distance d(a, b) = ‖a − b + ε‖ₚ of vectors. Balntas et al.,
    /// "Learning shallow convolutional feature descriptors with triplet losses", 2016.
    /// </summary>
    /// <param name="anchor">The vectors a, [N, D] or [D].</param>
    /// <param name="positive">Vectors p that belong to them, of the same shape.</param>
    /// <param name="negative">Vectors n that do not, of the same shape.</param>
    /// <param name="margin">By how much the distance from the negative shall be longer; above 0.</param>
    /// <param name="p">The order of the norm, such as 1 or 2.</param>
    /// <param name="eps">A small number ε that keeps the gradient of the norm from 0 / 0.</param>
    /// <param name="swap">Whether the negative's distance is that from the anchor or from the positive, whichever is shorter.</param>
    /// <param name="reduction">Whether the mean, the sum or the triplets' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or [N] without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ, or have no axis.</exception>
    public static Tensor TripletMargin(
        Tensor anchor, Tensor positive, Tensor negative, double margin = 1.0, double p = 2, double eps = 1e-6, bool swap = false,
        LossReduction reduction = LossReduction.Mean) =>
        OfNorms("TripletMargin", anchor, positive, negative, margin, p, eps, swap, reduction);

    /// <summary>
    /// The loss of triplets, max(0, margin + d(a, p) − d(a, n)), with a distance d of one's own; see <see cref="TripletMargin"/>.
    /// </summary>
    /// <param name="anchor">What the others are compared with, of any shape.</param>
    /// <param name="positive">What belongs to it, of the same shape.</param>
    /// <param name="negative">What does not, of the same shape.</param>
    /// <param name="distance">The distance; ‖a − b + 10⁻⁶‖₂ along the last axis when null.</param>
    /// <param name="margin">By how much the distance from the negative shall be longer; above 0.</param>
    /// <param name="swap">Whether the negative's distance is that from the anchor or from the positive, whichever is shorter.</param>
    /// <param name="reduction">Whether the mean, the sum or the triplets' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the distances' shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor TripletMarginWithDistance(
        Tensor anchor, Tensor positive, Tensor negative, Func<Tensor, Tensor, Tensor>? distance = null, double margin = 1.0,
        bool swap = false, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (anchor, positive, negative) = (cast.Of(anchor), cast.Of(positive), cast.Of(negative));
        if (distance is null)
        {
            return OfNorms("TripletMarginWithDistance", anchor, positive, negative, margin, 2, 1e-6, swap, reduction);
        }

        Triplets.Check("TripletMarginWithDistance", anchor, positive, negative, margin, reduction);
        DType result = LossOperands.ResultOf(anchor, positive, negative), compute = result.Compute();
        Tensor losses = Triplets.Losses(
            anchor.To(compute), positive.To(compute), negative.To(compute), distance, margin, swap);
        return LossOperands.Reduce(losses, reduction, result);
    }

    private static Tensor OfNorms(
        string name, Tensor anchor, Tensor positive, Tensor negative, double margin, double p, double eps, bool swap,
        LossReduction reduction)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (anchor, positive, negative) = (cast.Of(anchor), cast.Of(positive), cast.Of(negative));
        Triplets.Check(name, anchor, positive, negative, margin, reduction);
        OptionChecks.NotNaN(p, name);
        OptionChecks.Finite(eps, name);
        if (anchor.Rank == 0)
        {
            throw new ShapeException($"{name}: the anchor is a vector [D] or some, [N, D], not a number.");
        }

        DType result = LossOperands.ResultOf(anchor, positive, negative), compute = result.Compute();
        Tensor losses = Triplets.Losses(
            anchor.To(compute), positive.To(compute), negative.To(compute), (a, b) => (a - b + eps).Norm(p, [-1]), margin, swap);
        return LossOperands.Reduce(losses, reduction, result);
    }
}

file static class Triplets
{
    public static void Check(string name, Tensor anchor, Tensor positive, Tensor negative, double margin, LossReduction reduction)
    {
        LossOperands.CheckEqual(name, anchor, "anchor", positive, "positive");
        LossOperands.CheckEqual(name, anchor, "anchor", negative, "negative");
        LossOperands.CheckReduction(name, reduction, anchor);
        if (!(margin > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(margin), margin, $"{name}: the margin is above 0.");
        }
    }

    public static Tensor Losses(
        Tensor anchor, Tensor positive, Tensor negative, Func<Tensor, Tensor, Tensor> distance, double margin, bool swap)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (anchor, positive, negative) = (cast.Of(anchor), cast.Of(positive), cast.Of(negative));
        Tensor near = distance(anchor, positive), far = distance(anchor, negative);
        far = swap ? far.Minimum(distance(positive, negative)) : far;
        return (far - near).Map(Tensor.FromScalar(1.0, far.DType, far.Device), new MarginOp(margin));
    }
}

/// <summary><see cref="Loss.TripletMargin"/> as a module of anchors, positives and negatives.</summary>
/// <param name="margin">By how much the distance from the negative shall be longer; above 0.</param>
/// <param name="p">The order of the norm, such as 1 or 2.</param>
/// <param name="eps">A small number that keeps the gradient of the norm from 0 / 0.</param>
/// <param name="swap">Whether the negative's distance is that from the anchor or from the positive, whichever is shorter.</param>
/// <param name="reduction">Whether the mean, the sum or the triplets' losses themselves are returned.</param>
public sealed class TripletMarginLoss(
    double margin = 1.0, double p = 2, double eps = 1e-6, bool swap = false, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second, Tensor third) =>
        Loss.TripletMargin(first, second, third, margin, p, eps, swap, reduction);
}

/// <summary><see cref="Loss.TripletMarginWithDistance"/> as a module of anchors, positives and negatives.</summary>
/// <param name="distance">The distance; ‖a − b + 10⁻⁶‖₂ along the last axis when null.</param>
/// <param name="margin">By how much the distance from the negative shall be longer; above 0.</param>
/// <param name="swap">Whether the negative's distance is that from the anchor or from the positive, whichever is shorter.</param>
/// <param name="reduction">Whether the mean, the sum or the triplets' losses themselves are returned.</param>
public sealed class TripletMarginWithDistanceLoss(
    Func<Tensor, Tensor, Tensor>? distance = null, double margin = 1.0, bool swap = false, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second, Tensor third) =>
        Loss.TripletMarginWithDistance(first, second, third, distance, margin, swap, reduction);
}
