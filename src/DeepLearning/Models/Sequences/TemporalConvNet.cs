using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A network of causal convolutions over time (Bai, Kolter and Koltun 2018, "An empirical evaluation of generic convolutional and recurrent
/// networks for sequence modeling"): block i has two convolutions of dilation 2ⁱ, with weight normalization, ReLU and dropout behind
/// each, and adds its input: relu(x + F(x)). An output sees 1 + 2 (k − 1)(2^blocks − 1) steps, none later than its own.
/// [batch, channels, steps] or [channels, steps] in and out.
/// </summary>
/// <remarks>
/// Keys of the state dictionary: <c>network.0.conv1.parametrizations.weight.original0</c> …, <c>network.0.downsample.weight</c>: those of
/// the authors' code with PyTorch's present weight normalization. Weights start normal with deviation 0.01, as there.
/// </remarks>
public sealed class TemporalConvNet : Layer
{
    private readonly ModuleList<TemporalBlock> _network;

    /// <summary>Makes the network.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="channels">The channels of each block's output.</param>
    /// <param name="kernelSize">The length of the kernels.</param>
    /// <param name="dropout">The probability of dropout.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">There is no block.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the probability is not from 0 to 1.</exception>
    public TemporalConvNet(
        int inChannels, ReadOnlySpan<int> channels, int kernelSize = 2, double dropout = 0.2, DType dtype = DType.Float32,
        Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernelSize);
        if (channels.IsEmpty)
        {
            throw new ArgumentException("TemporalConvNet: give the channels of a block at least.", nameof(channels));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels.Length, 30, nameof(channels));
        (InChannels, KernelSize) = (inChannels, kernelSize);
        _network = new ModuleList<TemporalBlock>();
        int from = inChannels;
        foreach (int to in channels)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(to, nameof(channels));
            _network.Add(new TemporalBlock(from, to, kernelSize, 1 << _network.Count, dropout, dtype, generator));
            from = to;
        }
    }

    /// <summary>The channels of the input.</summary>
    public int InChannels { get; }

    /// <summary>The length of the kernels.</summary>
    public int KernelSize { get; }

    /// <summary>How many steps an output sees, its own included.</summary>
    public long ReceptiveField => 1 + (2L * (KernelSize - 1) * ((1L << _network.Count) - 1));

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{InChannels}→{string.Join("→", _network.Select(static block => block.OutChannels))}, kernel {KernelSize}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (input.Rank is not (2 or 3) || input.Size(-2) != InChannels || input.Size(-1) == 0)
        {
            throw new ShapeException(
                $"{Kind}: input {input.Shape} does not fit; it must be [batch, {InChannels}, steps] or [{InChannels}, steps], not empty.");
        }

        return _network.Aggregate(input, static (x, block) => block.Forward(x));
    }
}

/// <summary>relu(x + dropout(relu(conv2(dropout(relu(conv1(x))))))), x mapped to other channels where they differ.</summary>
internal sealed class TemporalBlock : Layer
{
    private readonly int _left;
    private readonly Conv1d _conv1;
    private readonly Conv1d _conv2;
    private readonly Conv1d? _downsample;
    private readonly Dropout _dropout1;
    private readonly Dropout _dropout2;

    public TemporalBlock(int from, int to, int kernel, int dilation, double dropout, DType dtype, Generator? generator)
    {
        (OutChannels, _left) = (to, checked((kernel - 1) * dilation));
        _conv1 = New(from, kernel).WeightNorm();
        _conv2 = New(to, kernel).WeightNorm();
        _downsample = from == to ? null : New(from, 1);
        (_dropout1, _dropout2) = (new Dropout(dropout, generator), new Dropout(dropout, generator));

        Conv1d New(int channels, int taps)
        {
            Conv1d conv = new(channels, to, taps, dilation: taps == 1 ? 1 : dilation, dtype: dtype, generator: generator);
            Initialize.Normal(conv.Weight, 0, 0.01, generator);
            return conv;
        }
    }

    public int OutChannels { get; }

    protected override Tensor Compute(Tensor input)
    {
        Tensor x = _dropout1.Forward(_conv1.Forward(input.Pad([_left, 0])).Relu());
        x = _dropout2.Forward(_conv2.Forward(x.Pad([_left, 0])).Relu());
        return (x + (_downsample is null ? input : _downsample.Forward(input))).Relu();
    }
}
