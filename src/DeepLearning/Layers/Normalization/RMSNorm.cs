using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// Normalizes by the root of the mean square over the last axes: y = x / √(mean(x²) + eps) · weight. Starts with weight 1, as PyTorch's
/// <c>nn.RMSNorm</c> (Zhang and Sennrich, "Root mean square layer normalization", 2019).
/// </summary>
public sealed class RMSNorm : Layer
{
    private readonly int[] _shape;

    /// <summary>Makes the layer over the last axis.</summary>
    /// <param name="length">The length of the input's last axis.</param>
    /// <param name="eps">Added to the mean square; when null the distance from 1 to the next number of the input's type.</param>
    /// <param name="affine">Whether there is a weight.</param>
    /// <param name="dtype">The type of the weight.</param>
    public RMSNorm(int length, double? eps = null, bool affine = true, DType dtype = DType.Float32)
        : this([OptionChecks.AtLeast(length, 0, nameof(RMSNorm))], eps, affine, dtype)
    {
    }

    /// <summary>Makes the layer over the last axes.</summary>
    /// <param name="shape">The lengths of the input's last axes.</param>
    /// <param name="eps">Added to the mean square; when null the distance from 1 to the next number of the input's type.</param>
    /// <param name="affine">Whether there is a weight.</param>
    /// <param name="dtype">The type of the weight.</param>
    public RMSNorm(ReadOnlySpan<int> shape, double? eps = null, bool affine = true, DType dtype = DType.Float32)
    {
        OptionChecks.Floating(dtype, nameof(RMSNorm));
        _shape = shape.ToArray();
        Eps = eps is { } given ? OptionChecks.Eps(given, "RMSNorm", nameof(eps)) : null;
        Weight = affine ? new Parameter(Tensor.Ones(shape, dtype)) : null;
    }

    /// <summary>The lengths of the axes over which is normalized.</summary>
    public Shape NormalizedShape => Shape.Own(_shape);

    /// <summary>Added to the mean square; null for the distance from 1 to the next number of the input's type.</summary>
    public double? Eps { get; }

    /// <summary>The factor of each position, or null.</summary>
    public Parameter? Weight { get; set; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{NormalizedShape}{(Eps is { } eps ? ", eps=" + eps.ToString(CultureInfo.InvariantCulture) : "")}"
        + $"{(Weight is null ? ", no affine" : "")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.RmsNorm(_shape, Weight, Eps);
}
