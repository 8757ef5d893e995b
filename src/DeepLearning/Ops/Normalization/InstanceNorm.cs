namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Normalizes each channel (axis 1) of each sample over the axes after it: y = (x − mean) / √(variance + eps) · weight + bias, with the
    /// biased variance (Ulyanov, Vedaldi and Lempitsky, "Instance normalization", 2016), as PyTorch's <c>instance_norm</c>.
    /// </summary>
    /// <param name="runningMean">
    /// The running means, [channels]; moved toward the mean over the samples where the input's figures are used, and used otherwise.
    /// </param>
    /// <param name="runningVariance">The running variances, [channels], likewise, of the unbiased variances.</param>
    /// <param name="weight">A factor for each channel, [channels]; 1 when null.</param>
    /// <param name="bias">Added to each channel, [channels]; 0 when null.</param>
    /// <param name="useInputStats">Use the input's own figures rather than the running ones.</param>
    /// <param name="momentum">The weight of the new figures in the running ones.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>The result, of this tensor's shape.</returns>
    /// <exception cref="ShapeException">
    /// The input is not [batch, channels, length, ..], an operand is not [channels], or there is one value a channel to take figures of.
    /// </exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    /// <exception cref="ArgumentException">Running figures are to be used, and are missing.</exception>
    public Tensor InstanceNorm(
        Tensor? runningMean = null, Tensor? runningVariance = null, Tensor? weight = null, Tensor? bias = null, bool useInputStats = true,
        double momentum = 0.1, double eps = 1e-5)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("InstanceNorm");
            return cast.Of(this)
                .InstanceNorm(runningMean, runningVariance, cast.OrNull(weight), cast.OrNull(bias), useInputStats, momentum, eps).To(DType);
        }

        OptionChecks.Finite(momentum, nameof(InstanceNorm));
        OptionChecks.Eps(eps, nameof(InstanceNorm));
        if (Rank < 3)
        {
            throw new ShapeException($"InstanceNorm: the input is [batch, channels, length, ..], not {Shape}.");
        }

        int samples = Size(0), channels = Size(1);
        Affine.Check(this, weight, bias, [channels], "InstanceNorm");
        RunningFigures.Check(this, runningMean, "running mean", channels, "InstanceNorm");
        RunningFigures.Check(this, runningVariance, "running variance", channels, "InstanceNorm");
        if (!useInputStats)
        {
            return runningMean is not null && runningVariance is not null
                ? BatchNorm(runningMean, runningVariance, weight, bias, eps: eps)
                : throw new ArgumentException("InstanceNorm: without the input's figures, running mean and variance are needed.");
        }

        long length = Shape.CountOf(Layout.Lengths.AsSpan(2));
        if (length == 1)
        {
            throw new ShapeException(
                $"InstanceNorm: an input {Shape} has one value a channel, which leaves nothing of it; it needs more than one.");
        }

        GroupNormOp operation = new(channels, eps, true);
        if (Count == 0)
        {
            // Nothing to take figures of; without channels there is no group, either.
            return Fused.Run(operation with { Groups = Math.Max(channels, 1) }, [this, weight, bias]);
        }

        Tensor y = Fused.Run(operation, [this, weight, bias], out KeptTensors kept);
        if ((runningMean ?? runningVariance) is not null)
        {
            (Tensor mean, Tensor variance) = kept is { First: { } first, Second: { } second } ? (first, second) : operation.Figures(this);
            Recording.Of(new NamedOperation("BatchStatistics"), [mean, variance], [this]);
            using (GradMode.NoGrad())
            {
                RunningFigures.Update(runningMean, mean.View(samples, channels).Mean(0), momentum, 1);
                RunningFigures.Update(
                    runningVariance, variance.View(samples, channels).Mean(0), momentum, (double)length / (length - 1));
            }
        }

        return y;
    }
}
