namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The cosine of the angle between vectors along an axis: x₁ · x₂ / (max(‖x₁‖, eps) · max(‖x₂‖, eps)).</summary>
    /// <param name="other">The other vectors; both broadcast.</param>
    /// <param name="axis">The axis along which the vectors lie; negative counts from the end.</param>
    /// <param name="eps">What lengths are at least taken to be, so that nothing is divided by 0.</param>
    /// <returns>The common shape without the axis.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the axis is out of range.</exception>
    /// <exception cref="DTypeException">One of them is not of a floating-point type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="eps"/> is NaN or infinite.</exception>
    public Tensor CosineSimilarity(Tensor other, int axis = 1, double eps = 1e-8)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("CosineSimilarity");
            return cast.Of(this).CosineSimilarity(cast.Of(other), axis, eps);
        }

        OptionChecks.Finite(eps, nameof(CosineSimilarity));
        (Tensor a, Tensor b, DType dtype) = VectorPairs.Of(this, other, "CosineSimilarity");
        axis = Shape.Axis(axis, a.Rank, "CosineSimilarity");
        return (VectorPairs.Unit(a, axis, eps) * VectorPairs.Unit(b, axis, eps)).Sum(axis).To(dtype);
    }

    /// <summary>The p-norm of the differences along the last axis: ‖x₁ − x₂ + eps‖ₚ.</summary>
    /// <param name="other">The other vectors; both broadcast.</param>
    /// <param name="p">The order of the norm.</param>
    /// <param name="eps">Added to every difference, so that the norm has a derivative where they are equal.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <returns>The common shape without its last axis.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast, or are of no axis.</exception>
    /// <exception cref="DTypeException">One of them is not of a floating-point type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="p"/> is NaN, or <paramref name="eps"/> not finite.
    /// </exception>
    public Tensor PairwiseDistance(Tensor other, double p = 2, double eps = 1e-6, bool keepDim = false)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("PairwiseDistance");
            return cast.Of(this).PairwiseDistance(cast.Of(other), p, eps, keepDim);
        }

        OptionChecks.NotNaN(p, nameof(PairwiseDistance));
        OptionChecks.Finite(eps, nameof(PairwiseDistance));
        (Tensor a, Tensor b, DType dtype) = VectorPairs.Of(this, other, "PairwiseDistance");
        return (a - b + eps).Norm(p, [-1], keepDim).To(dtype);
    }
}

/// <summary>What comparisons of vectors have in common.</summary>
internal static class VectorPairs
{
    /// <summary>Both in the common shape, of a type that is computed in, and the type of the result.</summary>
    public static (Tensor A, Tensor B, DType DType) Of(Tensor a, Tensor b, string operation)
    {
        ArgumentNullException.ThrowIfNull(b);
        if (!a.DType.IsFloatingPoint() || !b.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{operation}: vectors of {a.DType.Name()} and {b.DType.Name()} do not fit; convert them to a floating-point "
                + "type with To(...).");
        }

        int[] lengths = Shape.Broadcast(a.Layout.Lengths, b.Layout.Lengths, operation);
        if (lengths.Length == 0)
        {
            throw new ShapeException($"{operation}: numbers without an axis are no vectors; give tensors of at least one axis.");
        }

        DType dtype = DTypes.Promote(a.DType, b.DType);
        return (a.To(dtype.Compute()).Expand(lengths), b.To(dtype.Compute()).Expand(lengths), dtype);
    }

    /// <summary>
    /// Vectors of length 1. The least length is a constant that takes the norm's place, so that a gradient flows through the norm as if it
    /// were not there: as in PyTorch.
    /// </summary>
    public static Tensor Unit(Tensor x, int axis, double eps)
    {
        Tensor norm = x.Norm(2, [axis], keepDim: true);
        return x / (norm + (norm.Detach().Clamp(min: eps) - norm.Detach()));
    }
}
