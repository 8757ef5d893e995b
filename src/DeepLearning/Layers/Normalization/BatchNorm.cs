using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// Normalizes each channel over the batch: y = (x − mean) / √(variance + eps) · weight + bias. In training with the batch's mean and biased
/// variance, in evaluation with running ones, which move toward the batch's mean and unbiased variance by the momentum. Starts with weight
/// 1, bias 0, running mean 0 and variance 1, as PyTorch's <c>nn.BatchNorm</c> (Ioffe and Szegedy 2015).
/// </summary>
public abstract class BatchNorm : Layer
{
    private Counted? _counted;

    /// <summary>Makes the layer.</summary>
    /// <param name="channels">The length of the input's axis 1.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="momentum">The weight of the new figures in the running ones; null for the mean of all batches.</param>
    /// <param name="affine">Whether there are a weight and a bias.</param>
    /// <param name="trackRunningStats">Whether running figures are kept; without, evaluation too uses the batch's.</param>
    /// <param name="dtype">The type of parameters and running figures.</param>
    private protected BatchNorm(int channels, double eps, double? momentum, bool affine, bool trackRunningStats, DType dtype)
    {
        OptionChecks.Floating(dtype, Kind);
        OptionChecks.AtLeast(channels, 0, Kind);
        // Made inside a scope, the layer outlives it.
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        Channels = channels;
        Eps = OptionChecks.Eps(eps, Kind);
        Momentum = OptionChecks.Finite(momentum, Kind);
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

    /// <summary>The length of the input's axis 1.</summary>
    public int Channels { get; }

    /// <summary>Added to the variance.</summary>
    public double Eps { get; }

    /// <summary>The weight of the new figures in the running ones; null for the mean of all batches.</summary>
    public double? Momentum { get; internal set; }

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

    /// <summary>The number of training batches seen, or null.</summary>
    [field: Buffer]
    public Tensor? NumBatchesTracked { get; private set; }

    /// <inheritdoc/>
    protected internal override string Details => string.Create(
        CultureInfo.InvariantCulture,
        $"{Channels}, eps={Eps}, momentum={(Momentum is { } m ? m.ToString(CultureInfo.InvariantCulture) : "cumulative")}"
        + $"{(Weight is null ? ", no affine" : "")}{(RunningMean is null ? ", no running stats" : "")}");

    /// <summary>Whether an input of this rank fits, and how it is described.</summary>
    private protected abstract (bool Fits, string Wanted) Expects(int rank);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        (bool fits, string wanted) = Expects(input.Rank);
        if (!fits || input.Size(1) != Channels)
        {
            throw new ShapeException($"BatchNorm: an input {input.Shape} does not fit {Channels} channels; it must be {wanted}.");
        }

        if (!Training)
        {
            return input.BatchNorm(RunningMean, RunningVar, Weight, Bias, RunningMean is null, 0, Eps);
        }

        long seen = Momentum is null && NumBatchesTracked is { } tracked ? CountOf(tracked) : 0;
        double momentum = Momentum ?? (NumBatchesTracked is null ? 0 : 1.0 / (seen + 1));
        Tensor output = input.BatchNorm(RunningMean, RunningVar, Weight, Bias, true, momentum, Eps);
        if (!Autograd.IsRecomputing)
        {
            NumBatchesTracked?.AddInPlace(1);
            _counted = Momentum is null && NumBatchesTracked is { } counted
                ? new Counted(counted.Storage, counted.Storage.Version, seen + 1)
                : null;
        }

        return output;
    }

    /// <summary>How many batches were seen: known where nobody has written the number since, so that a device is not waited for.</summary>
    private long CountOf(Tensor tracked) =>
        _counted is { } known && ReferenceEquals(known.Storage, tracked.Storage) && known.Version == tracked.Storage.Version
            ? known.Batches
            : tracked.Item<long>();

    /// <summary>What the number of batches was when it was last written here.</summary>
    private sealed record Counted(Storage Storage, int Version, long Batches);
}
