using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// y = x above 0, slope · x below, with learned slopes: one for all, or one a channel (He et al., "Delving deep into rectifiers", 2015).
/// </summary>
public sealed class PReLU : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="slopes">The number of slopes: 1, or the number of channels (axis 1 of the input).</param>
    /// <param name="initial">Where the slopes start.</param>
    /// <param name="dtype">The type of the slopes.</param>
    public PReLU(int slopes = 1, double initial = 0.25, DType dtype = DType.Float32)
    {
        OptionChecks.Floating(dtype, nameof(PReLU));
        OptionChecks.AtLeast(slopes, 1, nameof(PReLU));
        Weight = Initialize.NewConstant([slopes], OptionChecks.Finite(initial, nameof(PReLU)), dtype);
    }

    /// <summary>The slopes.</summary>
    public Parameter Weight { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Weight.Count}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Prelu(Weight);
}
