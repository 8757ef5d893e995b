using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The total variation of images: Σ |x[i + 1, j] − x[i, j]| + Σ |x[i, j + 1] − x[i, j]| over each image's channels, rows and columns;
    /// it keeps images smooth but for edges. Rudin, Osher and Fatemi, "Nonlinear total variation based noise removal algorithms", 1992, in
    /// its anisotropic form.
    /// </summary>
    /// <param name="input">The images, [N, C, H, W], or one, [C, H, W] or [H, W].</param>
    /// <param name="reduction">Whether the mean, the sum or the images' variations themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or [N] (of one image: []) without reduction.</returns>
    /// <exception cref="ShapeException">The input has other than two to four axes.</exception>
    public static Tensor TotalVariation(Tensor input, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        input = cast.Of(input);
        LossOperands.CheckFloating("TotalVariation", input, "input");
        LossOperands.CheckReduction("TotalVariation", reduction, input);
        if (input.Rank is < 2 or > 4)
        {
            throw new ShapeException($"TotalVariation: the input is [N, C, H, W], [C, H, W] or [H, W], not {input.Shape}.");
        }

        Tensor x = input.To(input.DType.Compute());
        int[] axes = input.Rank == 4 ? [1, 2, 3] : [.. Enumerable.Range(0, input.Rank)];
        Tensor down = x.Diff(axis: -2).Abs().Sum(axes), across = x.Diff(axis: -1).Abs().Sum(axes);
        return LossOperands.Reduce(down + across, reduction, input.DType);
    }
}

/// <summary><see cref="Loss.TotalVariation"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the images' variations themselves are returned.</param>
public sealed class TotalVariationLoss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Loss.TotalVariation(input, reduction);
}
