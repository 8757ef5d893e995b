using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// Normalizes over the last axes: y = (x − mean) / √(variance + eps) · weight + bias, with the biased variance. Starts with weight 1 and
/// bias 0, as PyTorch's <c>nn.LayerNorm</c> (Ba, Kiros and Hinton 2016).
/// </summary>
public sealed class LayerNorm : Layer
{
    private readonly int[] _shape;

    /// <summary>Makes the layer over the last axis.</summary>
    /// <param name="length">The length of the input's last axis.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="affine">Whether there are a weight and a bias.</param>
    /// <param name="bias">Whether there is a bias, where there is a weight.</param>
    /// <param name="dtype">The type of the parameters.</param>
    public LayerNorm(int length, double eps = 1e-5, bool affine = true, bool bias = true, DType dtype = DType.Float32)
        : this([OptionChecks.AtLeast(length, 0, nameof(LayerNorm))], eps, affine, bias, dtype)
    {
    }

    /// <summary>Makes the layer over the last axes.</summary>
    /// <param name="shape">The lengths of the input's last axes.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="affine">Whether there are a weight and a bias.</param>
    /// <param name="bias">Whether there is a bias, where there is a weight.</param>
    /// <param name="dtype">The type of the parameters.</param>
    public LayerNorm(ReadOnlySpan<int> shape, double eps = 1e-5, bool affine = true, bool bias = true, DType dtype = DType.Float32)
    {
        OptionChecks.Floating(dtype, nameof(LayerNorm));
        _shape = shape.ToArray();
        Eps = OptionChecks.Eps(eps, "LayerNorm");
        if (affine)
        {
            Weight = new Parameter(Tensor.Ones(shape, dtype));
            Bias = bias ? new Parameter(Tensor.Zeros(shape, dtype)) : null;
        }
    }

    /// <summary>The lengths of the axes over which is normalized.</summary>
    public Shape NormalizedShape => Shape.Own(_shape);

    /// <summary>Added to the variance.</summary>
    public double Eps { get; }

    /// <summary>The factor of each position, or null.</summary>
    public Parameter? Weight { get; set; }

    /// <summary>What is added to each position, or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => string.Create(
        CultureInfo.InvariantCulture,
        $"{NormalizedShape}, eps={Eps}{(Weight is null ? ", no affine" : Bias is null ? ", no bias" : "")}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.LayerNorm(_shape, Weight, Bias, Eps);
}
