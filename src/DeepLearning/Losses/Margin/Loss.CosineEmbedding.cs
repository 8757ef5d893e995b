using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The loss of pairs of vectors by their cosine c = x₁·x₂ / √((‖x₁‖² + ε)(‖x₂‖² + ε)), ε = 10⁻¹²: 1 − c where they belong together
    /// (y = 1), max(0, c − margin) where they do not (y = −1).
    /// </summary>
    /// <param name="first">The vectors x₁, [N, D] or [D].</param>
    /// <param name="second">The vectors x₂, of the same shape.</param>
    /// <param name="target">1 or −1, [N] or [].</param>
    /// <param name="margin">The cosine up to which vectors may be alike that do not belong together; −1 to 1, well 0 to 0.5.</param>
    /// <param name="reduction">Whether the mean, the sum or the pairs' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the target's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither 1 nor −1.</exception>
    public static Tensor CosineEmbedding(
        Tensor first, Tensor second, Tensor target, double margin = 0, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (first, second, target) = (cast.Of(first), cast.Of(second), cast.Of(target));
        const string Name = "CosineEmbedding";
        LossOperands.CheckEqual(Name, first, "first input", second, "second input");
        LossOperands.CheckReduction(Name, reduction, first);
        ArgumentNullException.ThrowIfNull(target);
        if (first.Rank is not (1 or 2) || target.Shape != first.Shape[..^1])
        {
            throw new ShapeException(
                $"{Name}: a target {target.Shape} does not fit inputs {first.Shape}; for inputs [N, D] it is [N], for [D] it is [].");
        }

        LossOperands.CheckSigns(Name, target);
        OptionChecks.Finite(margin, Name);
        DType result = LossOperands.ResultOf(first, second), compute = result.Compute();
        Tensor a = first.To(compute), b = second.To(compute);
        Tensor sizes = (a.Square().Sum(-1) + 1e-12) * (b.Square().Sum(-1) + 1e-12);
        Tensor cosine = (a * b).Sum(-1) / sizes.Sqrt();
        Tensor apart = (cosine - margin).Map(Tensor.FromScalar(-1.0, compute, cosine.Device), new MarginOp(0));
        return LossOperands.Reduce(Tensor.Where(target.Detach().Greater(0), 1.0 - cosine, apart), reduction, result);
    }
}

/// <summary><see cref="Loss.CosineEmbedding"/> as a module of the two vectors and the target.</summary>
/// <param name="margin">The cosine up to which vectors may be alike that do not belong together.</param>
/// <param name="reduction">Whether the mean, the sum or the pairs' losses themselves are returned.</param>
public sealed class CosineEmbeddingLoss(double margin = 0, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second, Tensor third) =>
        Loss.CosineEmbedding(first, second, third, margin, reduction);
}
