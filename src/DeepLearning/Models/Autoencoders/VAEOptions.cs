namespace DeepLearning.Models;

/// <summary>What a decoder's output says of the data.</summary>
public enum VAELikelihood
{
    /// <summary>The logits of pixels that are black or white (or between): binary cross-entropy.</summary>
    Bernoulli,

    /// <summary>The means of normal distributions of one given deviation.</summary>
    Gaussian,
}

/// <summary>How a <see cref="VariationalAutoencoder"/> weighs its loss.</summary>
/// <param name="Likelihood">What the decoder's output says of the data.</param>
/// <param name="Beta">The weight of the KL term (Higgins et al. 2017, "β-VAE").</param>
/// <param name="ReconstructionFactor">The weight of the reconstruction (the "r-loss factor").</param>
/// <param name="FreeBits">
/// The nats λ that each dimension may tell without cost: Σⱼ max(λ, KLⱼ) of the batch's mean KLⱼ (Kingma et al. 2016, "Improved variational
/// inference with inverse autoregressive flow").
/// </param>
/// <param name="Std">The deviation of the Gaussian likelihood.</param>
public sealed record VAEOptions(
    VAELikelihood Likelihood = VAELikelihood.Bernoulli, double Beta = 1, double ReconstructionFactor = 1, double FreeBits = 0,
    double Std = 1);
