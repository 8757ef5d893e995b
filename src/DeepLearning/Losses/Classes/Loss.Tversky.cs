using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// One minus the Tversky index of predicted and true regions: 1 − (T + s) / (T + α · F + β · M + s), with T = Σ x·y, the falsely
    /// predicted F = Σ x·(1 − y) and the missed M = Σ (1 − x)·y, over one region: all axes but the sample's and the class's. With
    /// α = β = ½ it is <see cref="Dice"/> with twice the smoothing. Salehi, Erdogmus and Gholipour, "Tversky loss function for image
    /// segmentation", 2017.
    /// </summary>
    /// <param name="input">The predicted probabilities x, [N, C, d₁, …], or [N, D] without classes, or [D].</param>
    /// <param name="target">The true ones y, such as 0 and 1, of the same shape.</param>
    /// <param name="alpha">What falsely predicted elements weigh, α; 0 or more.</param>
    /// <param name="beta">What missed elements weigh, β; 0 or more.</param>
    /// <param name="smooth">The number s that smooths it and makes two empty regions equal; 0 or more.</param>
    /// <param name="reduction">Whether the mean, the sum or the regions' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or [N, C], [N] or [] without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ, or have no axis.</exception>
    public static Tensor Tversky(
        Tensor input, Tensor target, double alpha = 0.5, double beta = 0.5, double smooth = 1.0,
        LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        OptionChecks.NotNegative(alpha, "Tversky");
        OptionChecks.NotNegative(beta, "Tversky");
        Overlap overlap = Overlap.Of("Tversky", input, target, smooth, false, reduction);
        Tensor both = overlap.Both, wrong = ((overlap.Predicted - both) * alpha) + ((overlap.Wanted - both) * beta);
        return LossOperands.Reduce(1.0 - ((both + smooth) / (both + wrong + smooth)), reduction, overlap.Result);
    }
}

/// <summary><see cref="Loss.Tversky"/> as a module.</summary>
/// <param name="alpha">What falsely predicted elements weigh; 0 or more.</param>
/// <param name="beta">What missed elements weigh; 0 or more.</param>
/// <param name="smooth">The number that smooths it and makes two empty regions equal; 0 or more.</param>
/// <param name="reduction">Whether the mean, the sum or the regions' losses themselves are returned.</param>
public sealed class TverskyLoss(
    double alpha = 0.5, double beta = 0.5, double smooth = 1.0, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.Tversky(first, second, alpha, beta, smooth, reduction);
}
