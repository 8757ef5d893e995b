using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>Moves values towards 0 by λ, those within λ to 0. See <see cref="Tensor.Softshrink(double)"/>.</summary>
/// <param name="lambda">How far values are moved towards 0; 0 or more.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/> is negative.</exception>
public sealed class Softshrink(double lambda = 0.5) : Layer
{
    private readonly double _lambda = SoftshrinkOp.Check(lambda);

    /// <inheritdoc/>
    protected internal override string Details => $"lambda {_lambda.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Softshrink(_lambda);
}
