using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The block of MobileNet v2 (Sandler et al. 2018, "MobileNetV2: inverted residuals and linear bottlenecks"): 1×1 to more channels, 3×3 of
/// each by itself, 1×1 to fewer without an activation; batch norms, ReLU6, and the input added where sides and channels stay.
/// </summary>
/// <remarks>
/// [batch, in, height, width] in, [batch, out, height/stride, width/stride] out. Keys of the state dictionary: <c>conv.0.0.weight</c> …, as
/// torchvision's; without expansion the first convolution is left out.
/// </remarks>
public sealed class InvertedResidual : Layer
{
    private readonly int _inChannels;
    private readonly bool _addsInput;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="stride">By what the sides are divided: 1 or 2.</param>
    /// <param name="expandRatio">Of how many times the input's the inner channels are.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A number is not positive, or the stride is neither 1 nor 2.</exception>
    public InvertedResidual(int inChannels, int outChannels, int stride = 1, int expandRatio = 6, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(expandRatio);
        if (stride is not (1 or 2))
        {
            throw new ArgumentOutOfRangeException(nameof(stride), stride, $"{nameof(InvertedResidual)}: the stride must be 1 or 2.");
        }

        (_inChannels, _addsInput) = (inChannels, stride == 1 && inChannels == outChannels);
        int inner = inChannels * expandRatio;
        Conv = new Sequential();
        if (expandRatio != 1)
        {
            Conv.Add(Part(new Conv2d(inChannels, inner, 1, bias: false, generator: generator), inner));
        }

        Conv.Add(Part(new Conv2d(inner, inner, 3, stride, 1, groups: inner, bias: false, generator: generator), inner));
        Conv.Add(new Conv2d(inner, outChannels, 1, bias: false, generator: generator));
        Conv.Add(new BatchNorm2d(outChannels));
        VisionInit.Start(this, generator);

        static Sequential Part(Conv2d conv, int channels) => new(conv, new BatchNorm2d(channels), new ReLU6());
    }

    /// <summary>The layers.</summary>
    public Sequential Conv { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{_inChannels}{(_addsInput ? ", with the input" : "")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        VisionInit.Image(this, input, _inChannels);
        Tensor x = Conv.Forward(input);
        return _addsInput ? x + input : x;
    }
}
