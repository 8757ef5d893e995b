using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// An affine map of the last axis: y = x · weightᵀ + bias, [.., in] → [.., out]. Starts with weight and bias uniform in
/// ±1/√in, as PyTorch's <c>nn.Linear</c>.
/// </summary>
public sealed class Linear : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inFeatures">The length of the input's last axis.</param>
    /// <param name="outFeatures">The length of the output's last axis.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    public Linear(int inFeatures, int outFeatures, bool bias = true, DType dtype = DType.Float32, Generator? generator = null)
    {
        OptionChecks.Floating(dtype, nameof(Linear));
        OptionChecks.AtLeast(inFeatures, 0, nameof(Linear));
        OptionChecks.AtLeast(outFeatures, 0, nameof(Linear));
        InFeatures = inFeatures;
        OutFeatures = outFeatures;
        double bound = inFeatures > 0 ? 1 / Math.Sqrt(inFeatures) : 0;
        Weight = Initialize.NewUniform([outFeatures, inFeatures], bound, dtype, generator);
        Bias = bias ? Initialize.NewUniform([outFeatures], bound, dtype, generator) : null;
    }

    /// <summary>The length of the input's last axis.</summary>
    public int InFeatures { get; }

    /// <summary>The length of the output's last axis.</summary>
    public int OutFeatures { get; }

    /// <summary>The matrix, [out, in].</summary>
    public Parameter Weight { get; set; }

    /// <summary>The bias, [out], or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => $"{InFeatures}→{OutFeatures}{(Bias is null ? ", no bias" : "")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Linear(Weight, Bias);
}
