namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Normalizes each channel (axis 1) over the batch and the axes after it: y = (x − mean) / √(variance + eps) · weight + bias
    /// (Ioffe and Szegedy 2015, "Batch Normalization"). In training the mean and the biased variance are the batch's, and the running ones
    /// move
    /// toward the mean and the unbiased variance; otherwise the running ones are used.
    /// </summary>
    /// <param name="runningMean">The running means, [channels]; needed outside training, updated in training when given.</param>
    /// <param name="runningVariance">The running variances, [channels]; likewise.</param>
    /// <param name="weight">A factor for each channel; 1 when null.</param>
    /// <param name="bias">Added to each channel; 0 when null.</param>
    /// <param name="training">Use the batch's own figures.</param>
    /// <param name="momentum">The weight of the new figures in the running ones.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>The result, of this tensor's shape.</returns>
    /// <exception cref="ShapeException">The input is not [batch, channels, ..], an operand is not [channels], or training has one value a
    /// channel.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    /// <exception cref="ArgumentException">Outside training, running figures are missing.</exception>
    public Tensor BatchNorm(
        Tensor? runningMean, Tensor? runningVariance, Tensor? weight = null, Tensor? bias = null, bool training = false,
        double momentum = 0.1, double eps = 1e-5)
    {
        if (Rank < 2)
        {
            throw new ShapeException($"BatchNorm: the input is [batch, channels, ..], not {Shape}.");
        }

        int channels = Layout.Lengths[1];
        CheckAffine("BatchNorm", weight, bias, [channels]);
        CheckRunning(runningMean, "running mean", channels);
        CheckRunning(runningVariance, "running variance", channels);
        if (!training)
        {
            return runningMean is not null && runningVariance is not null
                ? NormalizeChannels(this, runningMean, runningVariance, weight, bias, eps)
                : throw new ArgumentException("BatchNorm: outside training, running mean and variance are needed.");
        }

        long samples = channels == 0 ? 0 : Count / channels;
        if (samples == 1)
        {
            throw new ShapeException(
                $"BatchNorm: training needs more than one value a channel, the input {Shape} has one; use a larger batch, or Eval().");
        }

        DType compute = DType.Compute();
        Tensor x = Channels(Detach().To(compute));
        Tensor y = EmptyLike(x), mean = Allocate([channels], compute, Device), variance = EmptyLike(mean);
        if (Count > 0)
        {
            Backend.BatchNorm(x, weight?.Detach().To(compute).Contiguous(), bias?.Detach().To(compute).Contiguous(), eps, y, mean,
                variance);
            UpdateRunning(runningMean, mean, momentum, 1);
            UpdateRunning(runningVariance, variance, momentum, (double)samples / (samples - 1));
        }

        Tensor result = y.Relabel(Layout.Lengths).To(DType);
        return GradMode.Records(this, weight, bias)
            ? new BatchNormNode(eps, this, weight, bias, mean, variance).Attach(result, this, weight, bias)
            : result;
    }

    /// <summary>[batch, channels, ..] as contiguous [batch, channels, length].</summary>
    private static Tensor Channels(Tensor x) => x.Contiguous().View(
        x.Layout.Lengths[0], x.Layout.Lengths[1], (int)Shape.CountOf(x.Layout.Lengths.AsSpan(2)));

    private static void UpdateRunning(Tensor? running, Tensor batch, double momentum, double factor)
    {
        // Run again for its gradient, a part of a model has had its batch counted the first time.
        if (running is not null && !Autograd.IsRecomputing)
        {
            using (GradMode.NoGrad())
            {
                running.MultiplyInPlace(1 - momentum).AddInPlace((batch * (momentum * factor)).To(running.DType));
            }
        }
    }

    private static Tensor NormalizeChannels(Tensor x, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, double eps)
    {
        Tensor scale = (variance.To(x.DType.Compute()) + eps).Rsqrt();
        scale = weight is null ? scale : scale * weight;
        Tensor shift = -(mean.To(scale.DType) * scale);
        shift = bias is null ? shift : shift + bias;
        int[] shape = new int[x.Rank];
        shape.AsSpan().Fill(1);
        shape[1] = -1;
        return Map3(x, scale.Reshape(shape), shift.Reshape(shape), default(MultiplyAddOp), x.DType);
    }

    private void CheckRunning(Tensor? running, string name, int channels)
    {
        if (running is not null && (running.Rank != 1 || running.Layout.Lengths[0] != channels))
        {
            throw new ShapeException($"BatchNorm: a {name} {running.Shape} does not fit an input {Shape}; it must be [{channels}].");
        }
    }

    private sealed class BatchNormNode : Node
    {
        private readonly double _eps;

        public BatchNormNode(double eps, Tensor x, Tensor? weight, Tensor? bias, Tensor mean, Tensor variance)
        {
            _eps = eps;
            Save([x, weight, bias, mean, variance]);
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor input = Saved(0);
            Tensor? weight = HasSaved(1) ? Saved(1) : null, bias = HasSaved(2) ? Saved(2) : null;
            if (GradMode.Enabled)
            {
                Composition.Backward(Compose, [input, weight, bias], gradient, gradients);
                return;
            }

            if (input.Count == 0)
            {
                gradients[0] = gradient;
                return;
            }

            Tensor mean = Saved(3), variance = Saved(4);
            Tensor x = Channels(input.To(mean.DType)), dy = Channels(gradient.To(mean.DType));
            Tensor? dx = Needs(0) ? EmptyLike(x) : null;
            Tensor? dw = weight is not null && Needs(1) ? EmptyLike(mean) : null, db = bias is not null && Needs(2) ? EmptyLike(mean)
                : null;
            input.Backend.BatchNormBackward(x, weight?.To(mean.DType).Contiguous(), mean, variance, _eps, dy, dx, dw, db);
            gradients[0] = dx?.Relabel(input.Layout.Lengths);
            gradients[1] = dw;
            gradients[2] = db;
        }

        private Tensor Compose(Tensor?[] inputs)
        {
            Tensor x = inputs[0]!;
            int[] axes = [.. Enumerable.Range(0, x.Rank).Where(static axis => axis != 1)];
            int[] shape = new int[x.Rank];
            shape.AsSpan().Fill(1);
            shape[1] = -1;
            Tensor centered = x - x.Mean(axes, keepDim: true);
            Tensor y = centered * centered.Square().Mean(axes, keepDim: true).Add(_eps).Rsqrt();
            y = inputs[1] is { } weight ? y * weight.Reshape(shape) : y;
            return inputs[2] is { } bias ? y + bias.Reshape(shape) : y;
        }
    }
}
