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
        // In double: a large mean, rounded, would be off by much of a small deviation.
        Tensor y = EmptyLike(x), mean = Allocate([channels], DType.Float64, Device), variance = EmptyLike(mean);
        if (Count > 0)
        {
            Backend.BatchNorm(x, weight?.Detach().To(compute).Contiguous(), bias?.Detach().To(compute).Contiguous(), eps, y, mean,
                variance);
            Recording.Of(new NamedOperation("BatchStatistics"), [mean, variance], [x]);
            UpdateRunning(runningMean, mean, momentum, 1);
            UpdateRunning(runningVariance, variance, momentum, (double)samples / (samples - 1));
        }

        Tensor result = y.Relabel(Layout.Lengths).To(DType);
        return Recording.Of(new BatchNormOperation(eps, this, weight, bias, mean, variance), result, this, weight, bias);
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
                if (running.DType.Compute() != running.DType)
                {
                    running.CopyFrom((running.To(batch.DType) * (1 - momentum)) + (batch * (momentum * factor)));
                    return;
                }

                running.MultiplyInPlace(1 - momentum).AddInPlace((batch * (momentum * factor)).To(running.DType));
            }
        }
    }

    /// <summary>With figures that are given: (x − mean) · scale + bias, in one pass, and without the product mean · scale, which may be
    /// large beside the result.</summary>
    private static Tensor NormalizeChannels(Tensor x, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, double eps)
    {
        DType compute = x.DType.Compute();
        Tensor y, center = mean.Detach().To(DType.Float64), rstd = (variance.Detach().To(DType.Float64) + eps).Rsqrt();
        using (GradMode.NoGrad())
        {
            Tensor input = Channels(x.To(compute)), scale = weight is null ? rstd : rstd * weight.To(DType.Float64);
            Tensor shift = bias is null ? ZerosLike(rstd) : bias.To(DType.Float64);
            y = EmptyLike(input);
            if (x.Count > 0)
            {
                x.Backend.NormalizeChannels(input, center.Contiguous(), scale.Contiguous(), shift.Contiguous(), y);
            }
        }

        y = y.Relabel(x.Layout.Lengths).To(x.DType);
        return Recording.Of(new EvaluatedOperation(x, weight, bias, mean, variance, eps, center, rstd), y, x, weight, bias);
    }

    private static int[] AllButChannels(int rank) => [.. Enumerable.Range(0, rank).Where(static axis => axis != 1)];

    /// <summary>The shape under which a number for each channel broadcasts.</summary>
    private static int[] OfChannels(int rank)
    {
        int[] shape = new int[rank];
        shape.AsSpan().Fill(1);
        shape[1] = -1;
        return shape;
    }

    private void CheckRunning(Tensor? running, string name, int channels)
    {
        if (running is not null && (running.Rank != 1 || running.Layout.Lengths[0] != channels))
        {
            throw new ShapeException($"BatchNorm: a {name} {running.Shape} does not fit an input {Shape}; it must be [{channels}].");
        }
    }

    private readonly struct EvaluatedOperation(
        Tensor x, Tensor? weight, Tensor? bias, Tensor mean, Tensor variance, double eps, Tensor center, Tensor rstd) : IOperation
    {
        public string Name => "BatchNormEval";

        public void Describe(OperationAttributes attributes) => attributes.Operand(mean).Operand(variance).Add("eps", eps);

        // A copy: the running figures may move on before the gradient is asked for.
        public Node CreateNode() => new EvaluatedNode(
            x, weight, bias, ReferenceEquals(center.Storage, mean.Storage) ? center.Clone() : center, rstd);
    }

    private sealed class EvaluatedNode : Node
    {
        public EvaluatedNode(Tensor x, Tensor? weight, Tensor? bias, Tensor mean, Tensor rstd) => Save([x, weight, bias, mean, rstd]);

        public override string Name => "BatchNorm";

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor input = Saved(0), mean = Saved(3), rstd = Saved(4);
            DType compute = input.DType.Compute();
            int[] shape = OfChannels(input.Rank), axes = AllButChannels(input.Rank);
            Tensor dy = gradient.To(compute);
            if (Needs(0))
            {
                Tensor scale = HasSaved(1) ? rstd * Saved(1) : rstd;
                gradients[0] = (dy * scale.To(compute).Reshape(shape)).To(input.DType);
            }

            if (HasSaved(1) && Needs(1))
            {
                Tensor center = mean.To(compute), rest = (mean - center).To(compute);
                Tensor distance = input.To(compute) - center.Reshape(shape) - rest.Reshape(shape);
                gradients[1] = ((dy * distance).Sum(axes) * rstd.To(compute)).To(Saved(1).DType);
            }

            if (HasSaved(2) && Needs(2))
            {
                gradients[2] = dy.Sum(axes).To(Saved(2).DType);
            }
        }
    }

    private readonly struct BatchNormOperation(
        double eps, Tensor x, Tensor? weight, Tensor? bias, Tensor mean, Tensor variance) : IOperation
    {
        public string Name => "BatchNorm";

        public void Describe(OperationAttributes attributes) => attributes.Add("eps", eps);

        public Node CreateNode() => new BatchNormNode(eps, x, weight, bias, mean, variance);
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
            DType compute = input.DType.Compute();
            Tensor x = Channels(input.To(compute)), dy = Channels(gradient.To(compute));
            Tensor? dx = Needs(0) ? EmptyLike(x) : null;
            Tensor? dw = weight is not null && Needs(1) ? Allocate(mean.Layout, compute, input.Device) : null;
            Tensor? db = bias is not null && Needs(2) ? Allocate(mean.Layout, compute, input.Device) : null;
            input.Backend.BatchNormBackward(x, weight?.To(compute).Contiguous(), mean, variance, _eps, dy, dx, dw, db);
            gradients[0] = dx?.Relabel(input.Layout.Lengths);
            gradients[1] = dw;
            gradients[2] = db;
        }

        private Tensor Compose(Tensor?[] inputs)
        {
            Tensor input = inputs[0]!, x = input.To(input.DType.Compute());
            int[] axes = AllButChannels(x.Rank), shape = OfChannels(x.Rank);
            Tensor centered = Centered(x, axes);
            Tensor y = centered * centered.Square().Mean(axes, keepDim: true).Add(_eps).Rsqrt();
            y = inputs[1] is { } weight ? y * weight.To(x.DType).Reshape(shape) : y;
            return (inputs[2] is { } bias ? y + bias.To(x.DType).Reshape(shape) : y).To(input.DType);
        }
    }
}
