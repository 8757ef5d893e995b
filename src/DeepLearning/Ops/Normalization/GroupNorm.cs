namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Normalizes groups of channels (axis 1) of each sample over the channels and the axes after them: y = (x − mean) / √(variance + eps)
    /// · weight + bias, with the biased variance (Wu and He, "Group normalization", 2018), as PyTorch's <c>group_norm</c>.
    /// </summary>
    /// <param name="numGroups">The number of groups, of which the number of channels is a multiple.</param>
    /// <param name="weight">A factor for each channel, [channels]; 1 when null.</param>
    /// <param name="bias">Added to each channel, [channels]; 0 when null.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>The result, of this tensor's shape.</returns>
    /// <exception cref="ShapeException">
    /// The input is not [batch, channels, ..], its channels cannot be cut into the groups, an operand is not [channels], or there is one
    /// group of one value in all.
    /// </exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of groups is below 1.</exception>
    public Tensor GroupNorm(int numGroups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("GroupNorm");
            return cast.Of(this).GroupNorm(numGroups, cast.OrNull(weight), cast.OrNull(bias), eps);
        }

        OptionChecks.AtLeast(numGroups, 1, nameof(GroupNorm));
        if (Rank < 2)
        {
            throw new ShapeException($"GroupNorm: the input is [batch, channels, ..], not {Shape}.");
        }

        int channels = Size(1);
        if (channels % numGroups != 0)
        {
            throw new ShapeException(
                $"GroupNorm: the {channels} channels of an input {Shape} cannot be cut into {numGroups} groups; "
                + "they must be a multiple of it.");
        }

        Affine.Check(this, weight, bias, [channels], "GroupNorm");
        if (Count == numGroups && Size(0) == 1)
        {
            throw new ShapeException(
                $"GroupNorm: an input {Shape} in {numGroups} groups has one value a group, which leaves nothing of it; use fewer groups.");
        }

        return Fused.Run(new GroupNormOp(numGroups, OptionChecks.Eps(eps, nameof(GroupNorm)), false), [this, weight, bias]);
    }
}

/// <summary>
/// Normalization of groups of channels of each sample; of each channel where there are as many groups. Inputs: x, weight, bias.
/// </summary>
internal readonly record struct GroupNormOp(int Groups, double Eps, bool IsInstance) : IFusedOp
{
    public string Name => IsInstance ? "InstanceNorm" : "GroupNorm";

    public void Describe(OperationAttributes attributes)
    {
        if (!IsInstance)
        {
            attributes.Add("groups", Groups);
        }

        attributes.Add("eps", Eps);
    }

    /// <summary>The mean and the biased variance of each group of each sample, [batch · groups], in float64.</summary>
    public (Tensor Mean, Tensor Variance) Figures(Tensor x)
    {
        using GradMode.Region region = GradMode.NoGrad();
        (_, Tensor variance, Tensor mean) = Moments.Of(Grouped(x.To(x.DType.Compute())), [2]);
        return (mean.Reshape(-1), variance.To(DType.Float64).Reshape(-1));
    }

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor input = inputs[0]!, x = input.To(input.DType.Compute());
        if (x.Count == 0)
        {
            return input.Clone();
        }

        (Tensor centered, Tensor variance, _) = Moments.Of(Grouped(x), [2]);
        Tensor y = (centered * variance.Add(Eps).Rsqrt()).Reshape(x.Shape);
        int[] shape = new int[x.Rank];
        shape.AsSpan().Fill(1);
        shape[1] = x.Size(1);
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
        Tensor x = Channels(input, compute), y = Tensor.EmptyLike(x);
        // In double: a large mean, rounded, would be off by much of a small deviation.
        Tensor mean = Tensor.Allocate([checked(input.Size(0) * Groups)], DType.Float64, x.Device);
        Tensor variance = Tensor.EmptyLike(mean);
        if (!x.Backend.TryGroupNorm(x, Groups, Row(inputs[1], compute), Row(inputs[2], compute), Eps, y, mean, variance))
        {
            return null;
        }

        (kept.First, kept.Second) = (mean, variance);
        return y.Relabel(input.Layout.Lengths).To(input.DType);
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor input = node.Input(0);
        DType compute = input.DType.Compute();
        Tensor x = Channels(input, compute), dy = Channels(gradient, compute);
        Tensor? dx = node.Wants(0) ? Tensor.EmptyLike(x) : null;
        Tensor? dw = node.Wants(1) ? Tensor.Allocate([input.Size(1)], compute, x.Device) : null;
        Tensor? db = node.Wants(2) ? Tensor.Allocate([input.Size(1)], compute, x.Device) : null;
        Tensor? weight = Row(node.InputOrNull(1), compute);
        if (!x.Backend.TryGroupNormBackward(x, Groups, weight, node.Kept(0), node.Kept(1), Eps, dy, dx, dw, db))
        {
            return false;
        }

        gradients[0] = dx?.Relabel(input.Layout.Lengths);
        gradients[1] = dw;
        gradients[2] = db;
        return true;
    }

    /// <summary>[batch, channels, ..] as [batch, groups, rest].</summary>
    private Tensor Grouped(Tensor x) =>
        x.Reshape(x.Size(0), Groups, checked((int)(x.Count / ((long)x.Size(0) * Groups))));

    private static Tensor Channels(Tensor x, DType dtype) => x.Detach().To(dtype).Contiguous().View(
        x.Size(0), x.Size(1), (int)Shape.CountOf(x.Layout.Lengths.AsSpan(2)));

    private static Tensor? Row(Tensor? affine, DType compute) => affine?.Detach().To(compute).Contiguous();
}

/// <content>Operands are contiguous and of one computed type, but the means and variances, which are float64.</content>
internal abstract partial class Backend
{
    /// <summary>
    /// y = (x − mean) · rstd · weight + bias for groups of the channels of x [batch, channels, length]; stores the mean and the biased
    /// variance of each group of each sample, [batch · groups].
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryGroupNorm(
        Tensor x, int groups, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance) => false;

    /// <summary>
    /// The gradients of <see cref="TryGroupNorm"/>, as those of <see cref="TryLayerNormBackward"/> with means over a group of a sample.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryGroupNormBackward(
        Tensor x, int groups, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight,
        Tensor? dbias) => false;
}
