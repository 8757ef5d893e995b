namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Normalizes by the root of the mean square over the last axes: y = x / √(mean(x²) + eps) · weight (Zhang and Sennrich, "Root mean
    /// square layer normalization", 2019), as PyTorch's <c>rms_norm</c>.
    /// </summary>
    /// <param name="shape">The lengths of the last axes, over which is normalized.</param>
    /// <param name="weight">A factor for each position, of that shape; 1 when null.</param>
    /// <param name="eps">Added to the mean square; when null the distance from 1 to the next number of this tensor's type.</param>
    /// <returns>The result, of this tensor's shape.</returns>
    /// <exception cref="ShapeException">This tensor does not end in the shape, or the weight does not have it.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    public Tensor RmsNorm(ReadOnlySpan<int> shape, Tensor? weight = null, double? eps = null)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("RmsNorm", this, weight);
            return cast.Of(this).RmsNorm(shape, cast.OrNull(weight), eps ?? RmsNormOp.Spacing(DType));
        }

        if (shape.Length == 0 || Rank < shape.Length || !Layout.Lengths.AsSpan(Rank - shape.Length).SequenceEqual(shape))
        {
            throw new ShapeException($"RmsNorm: an input {Shape} does not end in the normalized shape {Shape.Format(shape)}.");
        }

        Affine.Check(this, weight, null, shape, "RmsNorm");
        double added = OptionChecks.Eps(eps ?? RmsNormOp.Spacing(DType), nameof(RmsNorm), nameof(eps));
        return Fused.Run(new RmsNormOp(shape.ToArray(), added), [this, weight]);
    }
}

/// <summary>Root mean square normalization over the last axes; inputs: x, weight.</summary>
file readonly record struct RmsNormOp(int[] Normalized, double Eps) : IFusedOp
{
    public string Name => "RmsNorm";

    private int Axes => Normalized.Length;

    /// <summary>The distance from 1 to the next number of a type.</summary>
    public static double Spacing(DType dtype) => dtype switch
    {
        DType.Float64 => Math.BitIncrement(1.0) - 1,
        DType.Float32 => MathF.BitIncrement(1f) - 1,
        DType.Float16 => 1.0 / 1024,
        DType.BFloat16 => 1.0 / 128,
        _ => throw DTypes.Unsupported(dtype),
    };

    public void Describe(OperationAttributes attributes) => attributes.Add("shape", Normalized).Add("eps", Eps);

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor input = inputs[0]!, x = input.To(input.DType.Compute());
        if (x.Count == 0)
        {
            return input.Clone();
        }

        Tensor y = x * x.Square().Mean([.. Enumerable.Range(x.Rank - Axes, Axes)], keepDim: true).Add(Eps).Rsqrt();
        return (inputs[1] is { } weight ? y * weight.To(x.DType) : y).To(input.DType);
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
        Tensor y = Tensor.EmptyLike(x), rstd = Tensor.Allocate([rows], DType.Float64, x.Device);
        if (!x.Backend.TryRmsNorm(x, Row(inputs[1], compute, length), Eps, y, rstd))
        {
            return null;
        }

        kept.First = rstd;
        return y.Relabel(input.Layout.Lengths).To(input.DType);
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor input = node.Input(0);
        DType compute = input.DType.Compute();
        (int rows, int length) = RowsOf(input);
        Tensor x = input.To(compute).Contiguous().View(rows, length), dy = gradient.To(compute).Contiguous().View(rows, length);
        Tensor? dx = node.Wants(0) ? Tensor.EmptyLike(x) : null;
        Tensor? dw = node.Wants(1) ? Tensor.Allocate([length], compute, x.Device) : null;
        if (!x.Backend.TryRmsNormBackward(x, Row(node.InputOrNull(1), compute, length), node.Kept(0), dy, dx, dw))
        {
            return false;
        }

        gradients[0] = dx?.Relabel(input.Layout.Lengths);
        gradients[1] = dw?.Relabel(input.Layout.Lengths.AsSpan(input.Rank - Axes));
        return true;
    }

    private (int Rows, int Length) RowsOf(Tensor x)
    {
        int length = checked((int)Shape.CountOf(x.Layout.Lengths.AsSpan(x.Rank - Axes)));
        return (checked((int)(x.Count / length)), length);
    }

    private static Tensor? Row(Tensor? weight, DType compute, int length) => weight?.Detach().To(compute).Contiguous().View(length);
}

/// <content>Operands are contiguous and of one computed type, but the means and variances, which are float64.</content>
internal abstract partial class Backend
{
    /// <summary>
    /// y = x · rstd · weight for rows of x [rows, length]; stores rstd = 1/√(mean(x²) + eps) of each row, in float64.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryRmsNorm(Tensor x, Tensor? weight, double eps, Tensor y, Tensor rstd) => false;

    /// <summary>dx = rstd (g − x̂ mean(g x̂)), g = dy · weight; dweight = Σ dy x̂ over the rows; each where not null.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryRmsNormBackward(Tensor x, Tensor? weight, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight) => false;
}
