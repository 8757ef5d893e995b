using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = x where |x| &gt; λ, 0 elsewhere. See <see cref="Tensor.Hardshrink(double)"/>.</summary>
/// <param name="lambda">Up to which absolute value the result is 0.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/> is NaN.</exception>
public sealed class Hardshrink(double lambda = 0.5) : Layer
{
    private readonly double _lambda = OptionChecks.NotNaN(lambda, nameof(Hardshrink));

    /// <inheritdoc/>
    protected internal override string Details => $"lambda {_lambda.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Hardshrink(_lambda);
}
