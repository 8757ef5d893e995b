using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// One minus the Dice coefficient of predicted and true regions: 1 − (2 · Σ x·y + s) / (Σ x + Σ y + s), with the squares of x and y in
    /// the divisor where <paramref name="squared"/>. The sums are over one region: all axes but the sample's and the class's. Milletari,
    /// Navab and Ahmadi, "V-Net", 2016, has the squares.
    /// </summary>
    /// <param name="input">The predicted probabilities x, [N, C, d₁, …], or [N, D] without classes, or [D].</param>
    /// <param name="target">The true ones y, such as 0 and 1, of the same shape.</param>
    /// <param name="smooth">The number s that smooths it and makes two empty regions equal; 0 or more.</param>
    /// <param name="squared">Whether the divisor has squares.</param>
    /// <param name="reduction">Whether the mean, the sum or the regions' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or [N, C], [N] or [] without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ, or have no axis.</exception>
    public static Tensor Dice(
        Tensor input, Tensor target, double smooth = 1.0, bool squared = false, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        Overlap overlap = Overlap.Of("Dice", input, target, smooth, squared, reduction);
        Tensor index = ((overlap.Both * 2.0) + smooth) / (overlap.Predicted + overlap.Wanted + smooth);
        return LossOperands.Reduce(1.0 - index, reduction, overlap.Result);
    }
}

/// <summary>How much regions of probabilities have in common, and how large they are.</summary>
internal readonly record struct Overlap(Tensor Both, Tensor Predicted, Tensor Wanted, DType Result)
{
    public static Overlap Of(string name, Tensor input, Tensor target, double smooth, bool squared, LossReduction reduction)
    {
        PairLoss.Check(input, target, name);
        LossOperands.CheckReduction(name, reduction, input);
        OptionChecks.NotNegative(smooth, name);
        if (input.Rank == 0)
        {
            throw new ShapeException($"{name}: the input is [N, C, d1, ..], [N, D] or [D], and not a number.");
        }

        DType result = LossOperands.ResultOf(input, target), compute = result.Compute();
        Tensor x = input.To(compute), y = target.To(compute);
        int[] axes = [.. Enumerable.Range(0, x.Rank).Skip(Math.Min(x.Rank - 1, 2))];
        return new((x * y).Sum(axes), (squared ? x.Square() : x).Sum(axes), (squared ? y.Square() : y).Sum(axes), result);
    }
}

/// <summary><see cref="Loss.Dice"/> as a module.</summary>
/// <param name="smooth">The number that smooths it and makes two empty regions equal; 0 or more.</param>
/// <param name="squared">Whether the divisor has squares.</param>
/// <param name="reduction">Whether the mean, the sum or the regions' losses themselves are returned.</param>
public sealed class DiceLoss(double smooth = 1.0, bool squared = false, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.Dice(first, second, smooth, squared, reduction);
}
