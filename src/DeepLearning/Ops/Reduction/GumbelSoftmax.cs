namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// A random choice that gradients flow through: softmax((x + g) / τ) along an axis, g from the standard Gumbel distribution (Jang, Gu
    /// and Poole, "Categorical reparameterization with Gumbel-softmax", 2017).
    /// </summary>
    /// <param name="tau">The temperature τ: near 0 the result is nearly 1 for one element and 0 for the others.</param>
    /// <param name="hard">True for exactly 1 and 0, with the gradient of the soft result.</param>
    /// <param name="axis">The axis along which one is chosen; negative counts from the end.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0.</exception>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor GumbelSoftmax(double tau = 1.0, bool hard = false, int axis = -1, Generator? generator = null)
    {
        if (!(tau > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(tau), tau, "GumbelSoftmax: the temperature must be above 0.");
        }

        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"GumbelSoftmax: defined for floating-point tensors, not {DType.Name()}; convert with To(DType.Float32).");
        }

        DType compute = DType.Compute();
        Tensor noise = Noise.Exponential(this, generator).To(compute).Log();
        Tensor soft = ((To(compute) - noise) / tau).Softmax(axis);
        if (!hard)
        {
            return soft.To(DType);
        }

        Tensor seen = soft.Detach(), chosen = seen.ArgMax(axis, keepDim: true);
        return (ZerosLike(seen).Scatter(axis, chosen, OnesLike(seen)) + (soft - seen)).To(DType);
    }
}
