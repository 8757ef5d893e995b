using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Residual networks (He et al. 2016, "Deep residual learning for image recognition"): a first convolution, up to four stages of residual
/// blocks, the mean over the pixels and a linear layer.
/// </summary>
/// <remarks>
/// [batch, channels, height, width] in, logits [batch, classes] out. Keys of the state dictionary: <c>conv1</c>, <c>bn1</c>,
/// <c>layer1.0.conv1</c> …, <c>fc</c>, as torchvision's, whose files fit <see cref="ResNet18"/>, <see cref="ResNet34"/> and
/// <see cref="ResNet50"/>.
/// </remarks>
public sealed class ResNet : Layer
{
    /// <summary>Makes the network.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">There is not one to four stages, or a number is not positive.</exception>
    public ResNet(ResNetOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.InChannels, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Width, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Classes, nameof(options));
        if (options.Layers is not { Count: >= 1 and <= 4 } || options.Layers.Any(static count => count < 1))
        {
            throw new ArgumentException(
                $"{nameof(ResNet)}: layers [{string.Join(", ", options.Layers ?? [])}] do not fit; there must be one to four stages of "
                + "a block or more.",
                nameof(options));
        }

        Options = options;
        Conv1 = options.SmallImages
            ? new Conv2d(options.InChannels, options.Width, 3, padding: 1, bias: false, generator: generator)
            : new Conv2d(options.InChannels, options.Width, 7, 2, 3, bias: false, generator: generator);
        Bn1 = new BatchNorm2d(options.Width);
        int channels = options.Width;
        Layer1 = Stage(0)!;
        Layer2 = Stage(1);
        Layer3 = Stage(2);
        Layer4 = Stage(3);
        VisionInit.Start(this, generator);
        Fc = new Linear(channels, options.Classes, generator: generator);

        Sequential? Stage(int stage)
        {
            if (stage >= options.Layers.Count)
            {
                return null;
            }

            Sequential blocks = new();
            for (int i = 0; i < options.Layers[stage]; i++)
            {
                (int width, int stride) = (options.Width << stage, i == 0 && stage > 0 ? 2 : 1);
                ResNetBlock block = options.Bottleneck
                    ? new Bottleneck(channels, width, stride, options.Shortcut, generator)
                    : new BasicBlock(channels, width, stride, options.Shortcut, generator);
                blocks.Add(block);
                channels = block.OutChannels;
            }

            return blocks;
        }
    }

    /// <summary>What the network is made of.</summary>
    public ResNetOptions Options { get; }

    /// <summary>The first convolution.</summary>
    public Conv2d Conv1 { get; }

    /// <summary>Its norm.</summary>
    public BatchNorm2d Bn1 { get; }

    /// <summary>The first stage.</summary>
    public Sequential Layer1 { get; }

    /// <summary>The second, or null.</summary>
    public Sequential? Layer2 { get; }

    /// <summary>The third, or null.</summary>
    public Sequential? Layer3 { get; }

    /// <summary>The fourth, or null.</summary>
    public Sequential? Layer4 { get; }

    /// <summary>The linear layer.</summary>
    public Linear Fc { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{string.Join(", ", Options.Layers)}, {Options.Classes} classes";

    /// <summary>ResNet-18, of 11.7 million parameters with 1,000 classes.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    public static ResNet ResNet18(int classes = 1000, Generator? generator = null) =>
        new(new ResNetOptions([2, 2, 2, 2], Classes: classes), generator);

    /// <summary>ResNet-34, of 21.8 million parameters with 1,000 classes.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    public static ResNet ResNet34(int classes = 1000, Generator? generator = null) =>
        new(new ResNetOptions([3, 4, 6, 3], Classes: classes), generator);

    /// <summary>ResNet-50, of 25.6 million parameters with 1,000 classes.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    public static ResNet ResNet50(int classes = 1000, Generator? generator = null) =>
        new(new ResNetOptions([3, 4, 6, 3], Bottleneck: true, Classes: classes), generator);

    /// <summary>
    /// ResNet-20 for images of 32×32 pixels (section 4.2): 16, 32 and 64 channels, padding shortcuts, 0.27 million parameters.
    /// </summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    public static ResNet ResNet20(int classes = 10, Generator? generator = null) => new(
        new ResNetOptions([3, 3, 3], Classes: classes, Width: 16, SmallImages: true, Shortcut: ResNetShortcut.Padding), generator);

    /// <summary>What each stage gives, such as for a <see cref="FeaturePyramid"/>.</summary>
    /// <param name="input">[batch, channels, height, width].</param>
    /// <returns>As many tensors as there are stages, the largest image first.</returns>
    /// <exception cref="ShapeException">The input does not fit.</exception>
    public IReadOnlyList<Tensor> Features(Tensor input)
    {
        VisionInit.Image(this, input, Options.InChannels);
        Tensor x = Bn1.Forward(Conv1.Forward(input)).Relu();
        x = Options.SmallImages ? x : x.MaxPool2d(3, 2, 1);
        List<Tensor> features = [];
        foreach (Sequential? stage in new[] { Layer1, Layer2, Layer3, Layer4 })
        {
            if (stage is not null)
            {
                x = stage.Forward(x);
                features.Add(x);
            }
        }

        return features;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Fc.Forward(Features(input)[^1].GlobalAvgPool());
}
