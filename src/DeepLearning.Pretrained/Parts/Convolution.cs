using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>A convolution of images with square windows.</summary>
internal sealed class Convolution : Layer
{
    private readonly int _stride;
    private readonly int _padding;

    public Convolution(Build build, int inChannels, int outChannels, int kernel, int stride, int padding, bool hasBias)
    {
        (_stride, _padding) = (stride, padding);
        Weight = build.Parameter("weight", [outChannels, inChannels, kernel, kernel]);
        Bias = hasBias ? build.Parameter("bias", [outChannels], Start.Zeros) : null;
    }

    public Parameter Weight { get; private set; }

    public Parameter? Bias { get; private set; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Weight.Size(1)}→{Weight.Size(0)}, {Weight.Size(2)}×{Weight.Size(3)}, stride {_stride}";

    /// <summary>Refuses images of other sizes than the model's.</summary>
    public static void CheckImage(Module model, Tensor pixels, int channels, int height, int width)
    {
        if (pixels.Rank != 4 || pixels.Size(1) != channels || (height > 0 && (pixels.Size(2) != height || pixels.Size(3) != width)))
        {
            throw new ShapeException($"{model.Label}: images {pixels.Shape} do not fit; they must be [batch, {channels}, "
                + $"{(height > 0 ? $"{height}, {width}" : "height, width")}].");
        }
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Conv2d(Weight, Bias, _stride, _padding);
}

/// <summary>Batch normalization of the channels of images.</summary>
internal sealed class ChannelNorm : Layer
{
    [Buffer]
    private readonly Tensor _runningMean;
    [Buffer]
    private readonly Tensor _runningVar;
    [Buffer]
    private readonly Tensor _numBatchesTracked;

    public ChannelNorm(Build build, int channels)
    {
        Weight = build.Parameter("weight", [channels], Start.Ones);
        Bias = build.Parameter("bias", [channels], Start.Zeros);
        _runningMean = build.Buffer("running_mean", [channels], Start.Zeros);
        _runningVar = build.Buffer("running_var", [channels], Start.Ones);
        _numBatchesTracked = build.Has("num_batches_tracked") ? build.Buffer("num_batches_tracked", [], Start.Zeros, DType.Int64)
            : Tensor.Zeros([], DType.Int64);
    }

    public Parameter Weight { get; private set; }

    public Parameter Bias { get; private set; }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (Training)
        {
            using GradMode.Region none = GradMode.NoGrad();
            _numBatchesTracked.AddInPlace(1);
        }

        return input.BatchNorm(_runningMean, _runningVar, Weight, Bias, Training);
    }
}
