using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The modulated convolution of StyleGAN2 (Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN", equations 1 and 3):
/// the kernels' input channels are scaled by an affine map of the style, w' = s · w, and each output channel's kernel is divided by its
/// length, w'' = w' / √(Σ w'² + 1e−8). Sides stay as they are.
/// </summary>
/// <remarks>
/// [batch, in, height, width] and style [batch, width] in; [batch, out, height, width] out. Kernels are stored as normal numbers and scaled
/// by 1/√(in · k²) in each call. Keys of the state dictionary: <c>weight</c> [out, in, k, k], <c>modulation</c>, whose bias starts at 1.
/// </remarks>
public sealed class ModulatedConv2d : Module<Tensor, Tensor, Tensor>
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="kernelSize">The side of the kernels, odd.</param>
    /// <param name="styleWidth">The length of the style.</param>
    /// <param name="demodulate">Whether kernels are divided by their lengths; not in the layer that gives colors.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the kernel's side is even.</exception>
    public ModulatedConv2d(
        int inChannels, int outChannels, int kernelSize, int styleWidth, bool demodulate = true, DType dtype = DType.Float32,
        Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(styleWidth);
        if (kernelSize < 1 || kernelSize % 2 == 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(kernelSize), kernelSize,
                $"{nameof(ModulatedConv2d)}: the kernel's side must be odd, so that sides stay as they are.");
        }

        Demodulate = demodulate;
        Weight = new Parameter(Initialize.Normal(Tensor.Empty([outChannels, inChannels, kernelSize, kernelSize], dtype),
            generator: generator));
        Modulation = new Linear(styleWidth, inChannels, dtype: dtype, generator: generator);
        Initialize.Ones(Modulation.Bias!);
    }

    /// <summary>Whether kernels are divided by their lengths.</summary>
    public bool Demodulate { get; }

    /// <summary>The kernels as stored, [out, in, k, k].</summary>
    public Parameter Weight { get; set; }

    /// <summary>The affine map from the style to the scales of the input channels.</summary>
    public Linear Modulation { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Weight.Size(1)}→{Weight.Size(0)}, kernel {Weight.Size(2)}, style "
        + $"{Modulation.InFeatures}{(Demodulate ? "" : ", not demodulated")}";

    /// <summary>Convolves each image with its own kernels.</summary>
    /// <param name="first">x, [batch, in, height, width].</param>
    /// <param name="second">The style, [batch, width].</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => NamedCall.Of(this, (first, second), static (self, given) =>
    {
        (Tensor x, Tensor style) = given;
        (int outputs, int inputs, int side) = (self.Weight.Size(0), self.Weight.Size(1), self.Weight.Size(2));
        BlockChecks.Shape(self, x, "x", ("batch", -1), ("channels", inputs), ("height", -1), ("width", -1));
        BlockChecks.Shape(self, style, "style", ("batch", x.Size(0)), ("width", self.Modulation.InFeatures));
        if (x.Count == 0)
        {
            throw new ShapeException($"{self.Kind}: x {x.Shape} is empty; it must have an image.");
        }

        (int batch, int height, int width) = (x.Size(0), x.Size(2), x.Size(3));
        Tensor scales = self.Modulation.Forward(style).Reshape(batch, 1, inputs, 1, 1);
        Tensor kernels = self.Weight * (1 / Math.Sqrt((double)inputs * side * side)) * scales;
        if (self.Demodulate)
        {
            kernels *= (kernels.Square().Sum([2, 3, 4], keepDim: true) + 1e-8).Rsqrt();
        }

        return x.Reshape(1, batch * inputs, height, width)
            .Conv2d(kernels.Reshape(batch * outputs, inputs, side, side), padding: side / 2, groups: batch)
            .Reshape(batch, outputs, height, width);
    });
}
