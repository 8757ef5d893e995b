using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The head of a variational encoder (Kingma and Welling 2014, "Auto-encoding variational Bayes"): mean and logarithm of the variance as
/// two linear maps of the features. [.., features] in. Keys of the state dictionary: <c>mean</c>, <c>log_variance</c>.
/// </summary>
public sealed class GaussianHead : Module<Tensor, GaussianLatent>
{
    /// <summary>Makes the head.</summary>
    /// <param name="inFeatures">The length of the input's last axis.</param>
    /// <param name="latent">The dimensions of the code.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is not positive.</exception>
    public GaussianHead(int inFeatures, int latent, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inFeatures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latent);
        Mean = new Linear(inFeatures, latent, dtype: dtype, generator: generator);
        LogVariance = new Linear(inFeatures, latent, dtype: dtype, generator: generator);
    }

    /// <summary>The map to the mean.</summary>
    public Linear Mean { get; }

    /// <summary>The map to the logarithm of the variance.</summary>
    public Linear LogVariance { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{Mean.InFeatures}→{Mean.OutFeatures}";

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input has another width.</exception>
    public override GaussianLatent Forward(Tensor input) => NamedCall.Of(this, input, static (self, x) =>
    {
        BlockChecks.Width(self, x, "input", self.Mean.InFeatures);
        return new GaussianLatent(self.Mean.Forward(x), self.LogVariance.Forward(x));
    });
}
