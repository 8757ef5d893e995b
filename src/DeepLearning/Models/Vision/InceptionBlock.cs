using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The module of GoogLeNet, Inception v1 (Szegedy et al. 2015, "Going deeper with convolutions", figure 2): 1×1; 1×1 then 3×3; 1×1 then
/// 5×5; pooling then 1×1, side by side, with batch norms and ReLU. torchvision has 3×3 in place of 5×5, which <c>largeKernel: 3</c> gives.
/// </summary>
/// <remarks>
/// [batch, in, height, width] in; as many channels as the four outputs together out. Keys of the state dictionary: <c>branch1.conv</c>,
/// <c>branch1.bn</c>, <c>branch2.0.conv</c> …, <c>branch4.1.bn</c>, as torchvision's.
/// </remarks>
public sealed class InceptionBlock : Layer
{
    private readonly int _inChannels;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="one">The channels of the 1×1 branch.</param>
    /// <param name="reduceThree">Those before 3×3.</param>
    /// <param name="three">Those of 3×3.</param>
    /// <param name="reduceFive">Those before 5×5.</param>
    /// <param name="five">Those of 5×5.</param>
    /// <param name="pool">Those after pooling.</param>
    /// <param name="largeKernel">The side of the largest kernel, odd.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A number is not positive, or the kernel's side is even.</exception>
    public InceptionBlock(
        int inChannels, int one, int reduceThree, int three, int reduceFive, int five, int pool, int largeKernel = 5,
        Generator? generator = null)
    {
        if (largeKernel < 1 || largeKernel % 2 == 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(largeKernel), largeKernel, $"{nameof(InceptionBlock)}: the kernel's side must be odd.");
        }

        _inChannels = inChannels;
        Branch1 = new InceptionConv(inChannels, one, 1, generator);
        Branch2 = new Sequential(new InceptionConv(inChannels, reduceThree, 1, generator),
            new InceptionConv(reduceThree, three, 3, generator));
        Branch3 = new Sequential(
            new InceptionConv(inChannels, reduceFive, 1, generator), new InceptionConv(reduceFive, five, largeKernel, generator));
        Branch4 = new Sequential(new MaxPool2d(3, 1, 1), new InceptionConv(inChannels, pool, 1, generator));
    }

    /// <summary>1×1.</summary>
    public InceptionConv Branch1 { get; }

    /// <summary>1×1, then 3×3.</summary>
    public Sequential Branch2 { get; }

    /// <summary>1×1, then 5×5.</summary>
    public Sequential Branch3 { get; }

    /// <summary>Pooling, then 1×1.</summary>
    public Sequential Branch4 { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{_inChannels}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        VisionInit.Image(this, input, _inChannels);
        return Tensor.Cat([Branch1.Forward(input), Branch2.Forward(input), Branch3.Forward(input), Branch4.Forward(input)], 1);
    }
}

/// <summary>
/// A convolution that keeps the sides, a batch norm (eps 0.001) and ReLU; <c>conv</c> and <c>bn</c> in the state dictionary.
/// </summary>
public sealed class InceptionConv : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="kernelSize">The kernel's side, odd.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    public InceptionConv(int inChannels, int outChannels, int kernelSize, Generator? generator = null)
    {
        Conv = new Conv2d(inChannels, outChannels, kernelSize, padding: kernelSize / 2, bias: false, generator: generator);
        Bn = new BatchNorm2d(outChannels, eps: 0.001);
        VisionInit.Start(this, generator);
    }

    /// <summary>The convolution.</summary>
    public Conv2d Conv { get; }

    /// <summary>The norm.</summary>
    public BatchNorm2d Bn { get; }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        VisionInit.Image(this, input, Conv.InChannels);
        return Bn.Forward(Conv.Forward(input)).Relu();
    }
}
