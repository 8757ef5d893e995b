namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// An affine map of the last axis with dropped weights: y = x · (m ⊙ weight)ᵀ / (1 − p) + bias, m 0 with the probability p and 1
    /// otherwise, one mask for the whole batch (Wan et al., "Regularization of neural networks using DropConnect", 2013; scaled in training
    /// as <see cref="Dropout"/> is, so that evaluation uses the weights as they are).
    /// </summary>
    /// <param name="weight">The matrix, [out, in].</param>
    /// <param name="bias">The bias, [out], or null.</param>
    /// <param name="probability">The probability p that a weight is dropped, 0 to 1.</param>
    /// <param name="training">False is <see cref="Linear"/>.</param>
    /// <param name="dropBias">Whether the numbers of the bias are dropped, too.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>[.., out] for an input [.., in].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public Tensor DropConnect(
        Tensor weight, Tensor? bias = null, double probability = 0.5, bool training = true, bool dropBias = false,
        Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        OptionChecks.Probability(probability, "DropConnect");
        if (DType != DType.Compute() && weight.DType == DType && training)
        {
            // Scaled weights are not rounded.
            DType compute = DType.Compute();
            return To(compute).DropConnect(weight.To(compute), bias?.To(compute), probability, true, dropBias, generator).To(DType);
        }

        return Linear(
            weight.Dropout(probability, training, generator), dropBias ? bias?.Dropout(probability, training, generator) : bias);
    }
}
