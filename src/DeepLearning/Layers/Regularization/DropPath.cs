using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// Stochastic depth: in training, sets whole samples of [batch, ..] to 0 with probability p and scales the others by 1 / (1 − p); in
/// evaluation passes everything. It stands at the end of a residual block's branch: <c>x + dropPath(branch(x))</c>. See
/// <see cref="Tensor.DropPath"/> (Huang et al., "Deep networks with stochastic depth", 2016).
/// </summary>
public sealed class DropPath : Layer
{
    private readonly double _probability;
    private readonly bool _scaleByKeep;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">The probability p that a sample is dropped, 0 to 1.</param>
    /// <param name="scaleByKeep">Whether the others are scaled by 1 / (1 − p), so that the mean stays.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public DropPath(double probability = 0.5, bool scaleByKeep = true, Generator? generator = null)
    {
        OptionChecks.Probability(probability, "DropPath");
        (_probability, _scaleByKeep, _generator) = (probability, scaleByKeep, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{_probability.ToString(CultureInfo.InvariantCulture)}{(_scaleByKeep ? "" : ", not scaled")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.DropPath(_probability, Training, _scaleByKeep, _generator);
}
