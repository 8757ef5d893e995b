using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// VGG (Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image recognition"): 3×3 convolutions with ReLU, in
/// stages that end with pooling; then 7×7 pixels and three linear layers with dropout.
/// </summary>
/// <remarks>
/// [batch, channels, height, width] in, logits [batch, classes] out. Keys of the state dictionary: <c>features.0.weight</c> …,
/// <c>classifier.0.weight</c> …, as torchvision's.
/// </remarks>
public sealed class VGG : Layer
{
    private const int Pixels = 7;

    private readonly int _inChannels, _stages;

    /// <summary>Makes the network.</summary>
    /// <param name="stages">The channels of each convolution of each stage.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="batchNorm">Whether a batch norm follows each convolution.</param>
    /// <param name="inChannels">The channels of the image.</param>
    /// <param name="hidden">The width of the linear layers.</param>
    /// <param name="dropout">The probability that an element between them is dropped in training.</param>
    /// <param name="generator">The source of the starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A stage is empty, or a number is not positive.</exception>
    public VGG(
        IReadOnlyList<IReadOnlyList<int>> stages, int classes = 1000, bool batchNorm = false, int inChannels = 3, int hidden = 4096,
        double dropout = 0.5, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        if (stages.Count == 0 || stages.Any(static stage => stage.Count == 0))
        {
            throw new ArgumentException(
                $"{nameof(VGG)}: a stage is empty, or there is none; every stage must have a convolution.", nameof(stages));
        }

        (_inChannels, _stages) = (inChannels, stages.Count);
        Features = new Sequential();
        int channels = inChannels;
        foreach (IReadOnlyList<int> stage in stages)
        {
            foreach (int width in stage)
            {
                Features.Add(new Conv2d(channels, width, 3, padding: 1, generator: generator));
                if (batchNorm)
                {
                    Features.Add(new BatchNorm2d(width));
                }

                Features.Add(new ReLU());
                channels = width;
            }

            Features.Add(new MaxPool2d(2, 2));
        }

        VisionInit.Start(this, generator);
        Classifier = new Sequential(
            new Linear(channels * Pixels * Pixels, hidden, generator: generator), new ReLU(), new Dropout(dropout, generator),
            new Linear(hidden, hidden, generator: generator), new ReLU(), new Dropout(dropout, generator),
            new Linear(hidden, classes, generator: generator));
    }

    /// <summary>The convolutions.</summary>
    public Sequential Features { get; }

    /// <summary>The linear layers.</summary>
    public Sequential Classifier { get; }

    /// <summary>Configuration A, of 11 layers.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="batchNorm">Whether a batch norm follows each convolution.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    public static VGG VGG11(int classes = 1000, bool batchNorm = false, Generator? generator = null) =>
        new([[64], [128], [256, 256], [512, 512], [512, 512]], classes, batchNorm, generator: generator);

    /// <summary>Configuration B, of 13 layers.</summary>
    /// <inheritdoc cref="VGG11"/>
    public static VGG VGG13(int classes = 1000, bool batchNorm = false, Generator? generator = null) =>
        new([[64, 64], [128, 128], [256, 256], [512, 512], [512, 512]], classes, batchNorm, generator: generator);

    /// <summary>Configuration D, of 16 layers.</summary>
    /// <inheritdoc cref="VGG11"/>
    public static VGG VGG16(int classes = 1000, bool batchNorm = false, Generator? generator = null) => new(
        [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]], classes, batchNorm, generator: generator);

    /// <summary>Configuration E, of 19 layers.</summary>
    /// <inheritdoc cref="VGG11"/>
    public static VGG VGG19(int classes = 1000, bool batchNorm = false, Generator? generator = null) => new(
        [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512, 512, 512, 512]], classes, batchNorm, generator: generator);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        VisionInit.Image(this, input, _inChannels);
        int least = 1 << _stages;
        if (input.Size(2) < least || input.Size(3) < least)
        {
            throw new ShapeException($"{Kind}: input {input.Shape} is too small; its height and width must be {least} or more.");
        }

        return Classifier.Forward(Features.Forward(input).AdaptiveAvgPool2d(Pixels).Flatten(1));
    }
}
