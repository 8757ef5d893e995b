namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Divides by the norm along an axis: y = x / max(‖x‖ₚ, eps), as PyTorch's <c>torch.nn.functional.normalize</c>.
    /// </summary>
    /// <param name="p">The order of the norm; see <see cref="Norm"/>.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="eps">The least number to divide by.</param>
    /// <returns>The result, of this tensor's shape.</returns>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor Normalize(double p = 2, int axis = 1, double eps = 1e-12) => Normalize(p, [axis], eps);

    /// <summary>Divides by the norm over several axes: y = x / max(‖x‖ₚ, eps).</summary>
    /// <param name="p">The order of the norm; see <see cref="Norm"/>.</param>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="eps">The least number to divide by.</param>
    /// <returns>The result, of this tensor's shape.</returns>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor Normalize(double p, ReadOnlySpan<int> axes, double eps = 1e-12)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Normalize");
            return cast.Of(this).Normalize(p, axes, eps);
        }

        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"Normalize: defined for floating-point tensors, not {DType.Name()}; convert with To(DType.Float32).");
        }

        OptionChecks.NotNaN(p, nameof(Normalize));
        OptionChecks.NotNegative(eps, nameof(Normalize));
        Tensor x = To(DType.Compute());
        return (x / x.Norm(p, axes, keepDim: true).Clamp(min: eps)).To(DType);
    }
}
