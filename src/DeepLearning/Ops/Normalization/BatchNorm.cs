namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Normalizes each channel (axis 1) over the batch and the axes after it: y = (x − mean) / √(variance + eps) · weight + bias
    /// (Ioffe and Szegedy 2015, "Batch Normalization"). In training the mean and the biased variance are the batch's, and the running ones
    /// move toward the mean and the unbiased variance; otherwise the running ones are used.
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
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("BatchNorm");
            return cast.Of(this)
                .BatchNorm(runningMean, runningVariance, cast.OrNull(weight), cast.OrNull(bias), training, momentum, eps).To(DType);
        }

        OptionChecks.Finite(momentum, nameof(BatchNorm));
        OptionChecks.Eps(eps, nameof(BatchNorm));
        if (Rank < 2)
        {
            throw new ShapeException($"BatchNorm: the input is [batch, channels, ..], not {Shape}.");
        }

        int channels = Size(1);
        Affine.Check(this, weight, bias, [channels], "BatchNorm");
        RunningFigures.Check(this, runningMean, "running mean", channels, "BatchNorm");
        RunningFigures.Check(this, runningVariance, "running variance", channels, "BatchNorm");
        if (!training)
        {
            return runningMean is not null && runningVariance is not null
                ? Fused.Run(new ChannelNormOp(runningMean, runningVariance, eps), [this, weight, bias])
                : throw new ArgumentException("BatchNorm: outside training, running mean and variance are needed.");
        }

        long samples = channels == 0 ? 0 : Count / channels;
        if (samples == 1)
        {
            throw new ShapeException(
                $"BatchNorm: training needs more than one value a channel, the input {Shape} has one; use a larger batch, or Eval().");
        }

        Tensor y = Fused.Run(new BatchNormOp(eps), [this, weight, bias], out KeptTensors kept);
        if (samples > 0 && (runningMean ?? runningVariance) is not null)
        {
            (Tensor mean, Tensor variance) = kept is { First: { } first, Second: { } second } ? (first, second) : BatchNormOp.Figures(this);
            Recording.Of(new NamedOperation("BatchStatistics"), [mean, variance], [this]);
            RunningFigures.Update(runningMean, mean, momentum, 1);
            RunningFigures.Update(runningVariance, variance, momentum, (double)samples / (samples - 1));
        }

        return y;
    }
}

/// <summary>Channels as both normalizations see them.</summary>
file static class Channels
{
    /// <summary>[batch, channels, ..] as contiguous [batch, channels, length], of a type.</summary>
    public static Tensor Of(Tensor x, DType dtype) => x.Detach().To(dtype).Contiguous().View(
        x.Size(0), x.Size(1), (int)Shape.CountOf(x.Layout.Lengths.AsSpan(2)));

    public static int[] AllOtherAxes(int rank) => [.. Enumerable.Range(0, rank).Where(static axis => axis != 1)];

    /// <summary>The shape under which a number for each channel broadcasts.</summary>
    public static int[] Broadcast(Tensor x)
    {
        int[] shape = new int[x.Rank];
        shape.AsSpan().Fill(1);
        shape[1] = x.Size(1);
        return shape;
    }
}

/// <summary>Batch normalization with the batch's own figures; inputs: x, weight, bias.</summary>
file readonly record struct BatchNormOp(double Eps) : IFusedOp
{
    public string Name => "BatchNorm";

    public void Describe(OperationAttributes attributes) => attributes.Add("eps", Eps);

    /// <summary>The mean and the biased variance of each channel, in float64.</summary>
    public static (Tensor Mean, Tensor Variance) Figures(Tensor x)
    {
        using GradMode.Region region = GradMode.NoGrad();
        (_, Tensor variance, Tensor mean) = Moments.Of(x.To(x.DType.Compute()), Channels.AllOtherAxes(x.Rank));
        return (mean.Reshape(-1), variance.To(DType.Float64).Reshape(-1));
    }

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor input = inputs[0]!, x = input.To(input.DType.Compute());
        if (x.Count == 0)
        {
            return input.Clone();
        }

        int[] shape = Channels.Broadcast(x);
        (Tensor centered, Tensor variance, _) = Moments.Of(x, Channels.AllOtherAxes(x.Rank));
        Tensor y = centered * variance.Add(Eps).Rsqrt();
        y = inputs[1] is { } weight ? y * weight.To(x.DType).Reshape(shape) : y;
        return (inputs[2] is { } bias ? y + bias.To(x.DType).Reshape(shape) : y).To(input.DType);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor input = inputs[0]!;
        if (input.Count == 0)
        {
            return null;
        }

        DType compute = input.DType.Compute();
        Tensor x = Channels.Of(input, compute), y = Tensor.EmptyLike(x);
        // In double: a large mean, rounded, would be off by much of a small deviation.
        Tensor mean = Tensor.Allocate([input.Size(1)], DType.Float64, x.Device), variance = Tensor.EmptyLike(mean);
        Tensor? weight = inputs[1]?.Detach().To(compute).Contiguous(), bias = inputs[2]?.Detach().To(compute).Contiguous();
        if (!x.Backend.TryBatchNorm(x, weight, bias, Eps, y, mean, variance))
        {
            return null;
        }

        (kept.First, kept.Second) = (mean, variance);
        return y.Relabel(input.Layout.Lengths).To(input.DType);
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor input = node.Input(0), mean = node.Kept(0), variance = node.Kept(1);
        DType compute = input.DType.Compute();
        Tensor x = Channels.Of(input, compute), dy = Channels.Of(gradient, compute);
        Tensor? dx = node.Wants(0) ? Tensor.EmptyLike(x) : null;
        Tensor? dw = node.Wants(1) ? Tensor.Allocate(mean.Layout, compute, x.Device) : null;
        Tensor? db = node.Wants(2) ? Tensor.Allocate(mean.Layout, compute, x.Device) : null;
        Tensor? weight = node.InputOrNull(1)?.To(compute).Contiguous();
        if (!x.Backend.TryBatchNormBackward(x, weight, mean, variance, Eps, dy, dx, dw, db))
        {
            return false;
        }

        gradients[0] = dx?.Relabel(input.Layout.Lengths);
        gradients[1] = dw;
        gradients[2] = db;
        return true;
    }
}

/// <summary>
/// Normalization of channels with figures that are given: (x − mean) · scale + bias, scale = rstd · weight; in one pass, and without the
/// product mean · scale, which may be large beside the result. Inputs: x, weight, bias.
/// </summary>
file readonly record struct ChannelNormOp(Tensor RunningMean, Tensor RunningVariance, double Eps) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => "BatchNormEval";

    public void Describe(OperationAttributes attributes) => attributes.Operand(RunningMean).Operand(RunningVariance).Add("eps", Eps);

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor x = inputs[0]!;
        int[] shape = Channels.Broadcast(x);
        (Tensor mean, Tensor rstd) = Figures();
        Tensor scale = inputs[1] is { } weight ? rstd * weight.To(DType.Float64) : rstd;
        Tensor y = (x.To(DType.Float64) - mean.Reshape(shape)) * scale.Reshape(shape);
        return (inputs[2] is { } bias ? y + bias.To(DType.Float64).Reshape(shape) : y).To(x.DType);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!;
        if (x.Count == 0)
        {
            return null;
        }

        DType compute = x.DType.Compute();
        Tensor input = Channels.Of(x, compute), y = Tensor.EmptyLike(input);
        if (!x.Backend.TryNormalizeChannels(
            input, Operand(RunningMean, compute)!, Operand(RunningVariance, compute)!, Operand(inputs[1], compute),
            Operand(inputs[2], compute), Eps, y))
        {
            return null;
        }

        if (GradMode.Records(inputs))
        {
            (kept.First, kept.Second) = Figures();
        }

        return y.Relabel(x.Layout.Lengths).To(x.DType);
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor input = node.Input(0);
        Tensor? weight = node.InputOrNull(1), bias = node.InputOrNull(2);
        Tensor mean = node.Kept(0), rstd = node.Kept(1);
        DType compute = input.DType.Compute();
        int[] shape = Channels.Broadcast(input), axes = Channels.AllOtherAxes(input.Rank);
        Tensor dy = gradient.To(compute);
        if (node.Wants(0))
        {
            Tensor scale = weight is null ? rstd : rstd * weight;
            gradients[0] = (dy * scale.To(compute).Reshape(shape)).To(input.DType);
        }

        if (weight is not null && node.Wants(1))
        {
            Tensor center = mean.To(compute), rest = (mean - center).To(compute);
            Tensor distance = input.To(compute) - center.Reshape(shape) - rest.Reshape(shape);
            gradients[1] = ((dy * distance).Sum(axes) * rstd.To(compute)).To(weight.DType);
        }

        if (bias is not null && node.Wants(2))
        {
            gradients[2] = dy.Sum(axes).To(bias.DType);
        }

        return true;
    }

    /// <summary>An operand for the kernel: of the type that is computed in, or of float64, whose digits it may need.</summary>
    private static Tensor? Operand(Tensor? x, DType compute) =>
        x?.Detach().To(x.DType == DType.Float64 ? DType.Float64 : compute).Contiguous();

    /// <summary>Copies of the figures, which may move on before the gradient is asked for: the mean and 1 / √(variance + eps).</summary>
    private (Tensor Mean, Tensor Rstd) Figures()
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor mean = RunningMean.Detach().To(DType.Float64);
        return (
            (ReferenceEquals(mean.Storage, RunningMean.Storage) ? mean.Clone() : mean).Contiguous(),
            (RunningVariance.Detach().To(DType.Float64) + Eps).Rsqrt().Contiguous());
    }
}

/// <content>Operands are contiguous and of one computed type, but the means and variances, which are float64.</content>
internal abstract partial class Backend
{
    /// <summary>
    /// y = (x − mean) · rstd · weight + bias for channels of x [batch, channels, length]; stores each channel's mean and biased variance.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryBatchNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance) => false;

    /// <summary>
    /// y = (x − mean) / √(variance + eps) · weight + bias for channels of x [batch, channels, length]; what is of channels may be of
    /// float64 beside x of float32.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryNormalizeChannels(
        Tensor x, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, double eps, Tensor y) => false;

    /// <summary>
    /// The gradients of <see cref="TryBatchNorm"/>, as those of <see cref="TryLayerNormBackward"/> with means over batch and length.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryBatchNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias) =>
        false;
}
