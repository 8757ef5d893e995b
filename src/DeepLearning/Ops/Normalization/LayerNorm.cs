namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Normalizes over the last axes: y = (x − mean) / √(variance + eps) · weight + bias, with the biased variance
    /// (Ba, Kiros and Hinton 2016, "Layer Normalization").
    /// </summary>
    /// <param name="shape">The lengths of the last axes, over which is normalized.</param>
    /// <param name="weight">A factor for each position, of that shape; 1 when null.</param>
    /// <param name="bias">Added to each position, of that shape; 0 when null.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>The result, of this tensor's shape.</returns>
    /// <exception cref="ShapeException">This tensor does not end in the shape, or weight or bias do not have it.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    public Tensor LayerNorm(ReadOnlySpan<int> shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("LayerNorm");
            return cast.Of(this).LayerNorm(shape, cast.OrNull(weight), cast.OrNull(bias), eps);
        }

        if (shape.Length == 0 || Rank < shape.Length || !Layout.Lengths.AsSpan(Rank - shape.Length).SequenceEqual(shape))
        {
            throw new ShapeException($"LayerNorm: an input {Shape} does not end in the normalized shape {Shape.Format(shape)}.");
        }

        Affine.Check(this, weight, bias, shape, "LayerNorm");
        return Fused.Run(new LayerNormOp(shape.ToArray(), OptionChecks.Eps(eps, nameof(LayerNorm))), [this, weight, bias]);
    }
}

/// <summary>Layer normalization over the last axes; inputs: x, weight, bias.</summary>
file readonly record struct LayerNormOp(int[] Normalized, double Eps) : IFusedOp
{
    public string Name => "LayerNorm";

    private int Axes => Normalized.Length;

    public void Describe(OperationAttributes attributes) => attributes.Add("shape", Normalized).Add("eps", Eps);

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor input = inputs[0]!, x = input.To(input.DType.Compute());
        if (x.Count == 0)
        {
            return input.Clone();
        }

        (Tensor centered, Tensor variance, _) = Moments.Of(x, [.. Enumerable.Range(x.Rank - Axes, Axes)]);
        Tensor y = centered * variance.Add(Eps).Rsqrt();
        y = inputs[1] is { } weight ? y * weight.To(x.DType) : y;
        return (inputs[2] is { } bias ? y + bias.To(x.DType) : y).To(input.DType);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor input = inputs[0]!;
        if (input.Count == 0)
        {
            return null;
        }

        DType compute = input.DType.Compute();
        (int rows, int length) = RowsOf(input);
        Tensor x = input.Detach().To(compute).Contiguous().View(rows, length);
        Tensor? weight = Row(inputs[1], compute, length), bias = Row(inputs[2], compute, length);
        // The mean in double: a large one, rounded, would be off by much of a small deviation.
        Tensor y = Tensor.EmptyLike(x), rstd = Tensor.Allocate([rows], compute, x.Device);
        Tensor mean = Tensor.Allocate(rstd.Layout, DType.Float64, x.Device);
        if (!x.Backend.TryLayerNorm(x, weight, bias, Eps, y, mean, rstd))
        {
            return null;
        }

        (kept.First, kept.Second) = (mean, rstd);
        return y.Relabel(input.Layout.Lengths).To(input.DType);
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor input = node.Input(0), mean = node.Kept(0), rstd = node.Kept(1);
        Tensor? weight = node.InputOrNull(1);
        DType compute = rstd.DType;
        (int rows, int length) = RowsOf(input);
        Tensor x = input.To(compute).Contiguous().View(rows, length), dy = gradient.To(compute).Contiguous().View(rows, length);
        Tensor? dx = node.Wants(0) ? Tensor.EmptyLike(x) : null;
        Tensor? dw = node.Wants(1) ? Tensor.Allocate([length], compute, x.Device) : null;
        Tensor? db = node.Wants(2) ? Tensor.Allocate([length], compute, x.Device) : null;
        if (!x.Backend.TryLayerNormBackward(x, Row(weight, compute, length), mean, rstd, dy, dx, dw, db))
        {
            return false;
        }

        ReadOnlySpan<int> shape = input.Layout.Lengths.AsSpan(input.Rank - Axes);
        gradients[0] = dx?.Relabel(input.Layout.Lengths);
        gradients[1] = dw?.Relabel(shape);
        gradients[2] = db?.Relabel(shape);
        return true;
    }

    private (int Rows, int Length) RowsOf(Tensor x)
    {
        int length = checked((int)Shape.CountOf(x.Layout.Lengths.AsSpan(x.Rank - Axes)));
        return (checked((int)(x.Count / length)), length);
    }

    private static Tensor? Row(Tensor? affine, DType compute, int length) => affine?.Detach().To(compute).Contiguous().View(length);
}

/// <content>Operands are contiguous and of one computed type, but the means and variances, which are float64.</content>
internal abstract partial class Backend
{
    /// <summary>
    /// y = (x − mean) · rstd · weight + bias for rows of x [rows, length]; stores the mean and rstd = 1/√(variance + eps) of each row
    /// (biased variance).
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLayerNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor rstd) => false;

    /// <summary>
    /// dx = rstd (g − mean(g) − x̂ mean(g x̂)), g = dy · weight; dweight = Σ dy x̂ and dbias = Σ dy over the rows; each where not null.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLayerNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias) => false;
}
