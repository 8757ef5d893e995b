using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// A bilinear map of two inputs: y = x₁ᵀ · W · x₂ + b for each output, [.., in1] and [.., in2] → [.., out]; see
/// <see cref="Tensor.Bilinear"/>. Starts with weight and bias uniform in ±1/√in1, as PyTorch's <c>nn.Bilinear</c>.
/// </summary>
public sealed class Bilinear : Module<Tensor, Tensor, Tensor>
{
    /// <summary>Makes the layer.</summary>
    /// <param name="in1Features">The last length of the first input.</param>
    /// <param name="in2Features">The last length of the second input.</param>
    /// <param name="outFeatures">The last length of the output.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of features is below 1.</exception>
    public Bilinear(
        int in1Features, int in2Features, int outFeatures, bool bias = true, DType dtype = DType.Float32, Generator? generator = null)
    {
        OptionChecks.Floating(dtype, nameof(Bilinear));
        OptionChecks.AtLeast(in1Features, 1, nameof(Bilinear));
        OptionChecks.AtLeast(in2Features, 1, nameof(Bilinear));
        OptionChecks.AtLeast(outFeatures, 1, nameof(Bilinear));
        double bound = 1 / Math.Sqrt(in1Features);
        Weight = Initialize.NewUniform([outFeatures, in1Features, in2Features], bound, dtype, generator);
        Bias = bias ? Initialize.NewUniform([outFeatures], bound, dtype, generator) : null;
    }

    /// <summary>The map, [out, in1, in2].</summary>
    public Parameter Weight { get; set; }

    /// <summary>The bias, [out], or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Weight.Size(1)}×{Weight.Size(2)}→{Weight.Size(0)}{(Bias is null ? ", no bias" : "")}";

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <summary>Computes the output.</summary>
    /// <param name="first">The first input, [.., in1].</param>
    /// <param name="second">The second input, [.., in2], with the same axes before the last.</param>
    /// <returns>The output, [.., out].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message names the layer and what would fit.</exception>
    /// <exception cref="DTypeException">The types do not fit.</exception>
    public override Tensor Forward(Tensor first, Tensor second) =>
        NamedCall.OfTwo(this, first, second, 0, static (layer, x, y, _) => x.Bilinear(y, layer.Weight, layer.Bias));

    private protected override bool CallsHooks => true;
}
