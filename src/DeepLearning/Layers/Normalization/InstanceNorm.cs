using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// Normalizes each channel of each sample: y = (x − mean) / √(variance + eps) · weight + bias, with the biased variance. With running
/// figures, which move toward the mean over the samples of the means and unbiased variances, evaluation uses those. As PyTorch's
/// <c>nn.InstanceNorm</c>, without parameters and running figures by default (Ulyanov, Vedaldi and Lempitsky, "Instance normalization",
/// 2016).
/// </summary>
public abstract class InstanceNorm : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="channels">The length of the input's channel axis.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="momentum">The weight of the new figures in the running ones; null leaves them as they are.</param>
    /// <param name="affine">Whether there are a weight and a bias.</param>
    /// <param name="trackRunningStats">Whether running figures are kept, and used in evaluation.</param>
    /// <param name="dtype">The type of parameters and running figures.</param>
    private protected InstanceNorm(int channels, double eps, double? momentum, bool affine, bool trackRunningStats, DType dtype)
    {
        OptionChecks.Floating(dtype, Kind);
        OptionChecks.AtLeast(channels, 0, Kind);
        // Made inside a scope, the layer outlives it.
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        (Channels, Eps, Momentum) = (channels, OptionChecks.Eps(eps, Kind), OptionChecks.Finite(momentum, Kind));
        if (affine)
        {
            Weight = new Parameter(Tensor.Ones([channels], dtype));
            Bias = new Parameter(Tensor.Zeros([channels], dtype));
        }

        if (trackRunningStats)
        {
            RunningMean = Tensor.Zeros([channels], dtype);
            RunningVar = Tensor.Ones([channels], dtype);
            NumBatchesTracked = Tensor.FromScalar(0);
        }
    }

    /// <summary>The length of the input's channel axis.</summary>
    public int Channels { get; }

    /// <summary>Added to the variance.</summary>
    public double Eps { get; }

    /// <summary>The weight of the new figures in the running ones; null leaves them as they are.</summary>
    public double? Momentum { get; }

    /// <summary>The factor of each channel, [channels], or null.</summary>
    public Parameter? Weight { get; set; }

    /// <summary>What is added to each channel, [channels], or null.</summary>
    public Parameter? Bias { get; set; }

    /// <summary>The running means, [channels], or null.</summary>
    [field: Buffer]
    public Tensor? RunningMean { get; private set; }

    /// <summary>The running variances, [channels], or null.</summary>
    [field: Buffer]
    public Tensor? RunningVar { get; private set; }

    /// <summary>Stays 0 (PyTorch's layer has it, and counts nothing in it), or null.</summary>
    [field: Buffer]
    public Tensor? NumBatchesTracked { get; private set; }

    /// <inheritdoc/>
    protected internal override string Details => string.Create(
        CultureInfo.InvariantCulture,
        $"{Channels}, eps={Eps}, momentum={(Momentum is { } m ? m.ToString(CultureInfo.InvariantCulture) : "none")}"
        + $"{(Weight is null ? "" : ", affine")}{(RunningMean is null ? "" : ", running stats")}");

    /// <summary>The rank of an input with a batch axis, and the names of its axes after the channels.</summary>
    private protected abstract (int Rank, string Axes) Expects { get; }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        (int rank, string axes) = Expects;
        if ((input.Rank != rank && input.Rank != rank - 1) || input.Size(1 - rank) != Channels)
        {
            throw new ShapeException($"InstanceNorm: an input {input.Shape} does not fit {Channels} channels; it must be "
                + $"[batch, {Channels}, {axes}] or [{Channels}, {axes}].");
        }

        return input.Rank == rank ? Normalize(input) : Normalize(input.Unsqueeze(0)).Squeeze(0);
    }

    private Tensor Normalize(Tensor input) =>
        input.InstanceNorm(RunningMean, RunningVar, Weight, Bias, Training || RunningMean is null, Momentum ?? 0, Eps);
}
