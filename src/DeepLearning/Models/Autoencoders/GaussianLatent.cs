namespace DeepLearning.Models;

/// <summary>A diagonal normal distribution of codes: N(μ, exp(log σ²)).</summary>
/// <param name="Mean">μ, [.., latent].</param>
/// <param name="LogVariance">log σ², of the same shape.</param>
public sealed record GaussianLatent(Tensor Mean, Tensor LogVariance)
{
    /// <summary>A draw μ + σ · ε, through which gradients pass to μ and σ: the reparameterization of Kingma and Welling 2014.</summary>
    /// <param name="generator">The source of ε; <see cref="Generator.Default"/> when null.</param>
    public Tensor Sample(Generator? generator = null) => Mean + ((LogVariance * 0.5).Exp() * Tensor.RandnLike(Mean.Detach(), generator));

    /// <summary>
    /// KL(N(μ, σ²) ‖ N(0, 1)) = (μ² + σ² − 1 − log σ²) / 2 of each dimension, in nats (Kingma and Welling 2014: appendix B).
    /// </summary>
    public Tensor KL() => (Mean.Square() + LogVariance.Exp() - 1 - LogVariance) * 0.5;
}
