using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = x where |x| &gt; λ, 0 elsewhere. See <see cref="Tensor.Hardshrink(double)"/>.</summary>
/// <param name="lambda">Up to which absolute value the result is 0.</param>
public sealed class Hardshrink(double lambda = 0.5) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"lambda {lambda.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Hardshrink(lambda);
}
