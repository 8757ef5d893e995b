using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// A <see cref="Linear"/> whose weights are dropped in training: each is 0 with probability p, the others are scaled by 1 / (1 − p), anew
/// for each batch. In evaluation it is the linear layer. See <see cref="Tensor.DropConnect"/> (Wan et al., "Regularization of neural
/// networks using DropConnect", 2013).
/// </summary>
public sealed class DropConnect : Layer
{
    private readonly double _probability;
    private readonly bool _dropBias;
    private readonly Generator? _generator;

    /// <summary>Drops the weights of a layer.</summary>
    /// <param name="linear">The layer.</param>
    /// <param name="probability">The probability p that a weight is dropped, 0 to 1.</param>
    /// <param name="dropBias">Whether the numbers of the bias are dropped, too.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public DropConnect(Linear linear, double probability = 0.5, bool dropBias = false, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(linear);
        OptionChecks.Probability(probability, "DropConnect");
        (Linear, _probability, _dropBias, _generator) = (linear, probability, dropBias, generator);
    }

    /// <summary>Makes the linear layer with it.</summary>
    /// <param name="inFeatures">The length of the input's last axis.</param>
    /// <param name="outFeatures">The length of the output's last axis.</param>
    /// <param name="probability">The probability p that a weight is dropped, 0 to 1.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dropBias">Whether the numbers of the bias are dropped, too.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">
    /// The source of the starting values and of what is dropped; <see cref="Generator.Default"/> when null.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative, or the probability not from 0 to 1.</exception>
    public DropConnect(
        int inFeatures, int outFeatures, double probability = 0.5, bool bias = true, bool dropBias = false, DType dtype = DType.Float32,
        Generator? generator = null)
        : this(
            new Linear(
                OptionChecks.AtLeast(inFeatures, 0, nameof(DropConnect)), OptionChecks.AtLeast(outFeatures, 0, nameof(DropConnect)), bias,
                OptionChecks.Floating(dtype, nameof(DropConnect)), generator),
            probability, dropBias, generator)
    {
    }

    /// <summary>The layer whose weights are dropped.</summary>
    public Linear Linear { get; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{_probability.ToString(CultureInfo.InvariantCulture)}{(_dropBias ? ", bias dropped" : "")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        Linear.ComputeParameters();
        return input.DropConnect(Linear.Weight, Linear.Bias, _probability, Training, _dropBias, _generator);
    }
}
