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
        if (shape.Length == 0 || Rank < shape.Length || !Layout.Lengths.AsSpan(Rank - shape.Length).SequenceEqual(shape))
        {
            throw new ShapeException($"LayerNorm: an input {Shape} does not end in the normalized shape {Shape.Format(shape)}.");
        }

        CheckAffine("LayerNorm", weight, bias, shape);
        int length = checked((int)Shape.CountOf(shape));
        DType compute = DType.Compute();
        Tensor x = Detach().To(compute).Contiguous().View(length == 0 ? 0 : checked((int)(Count / length)), length);
        Tensor? w = weight?.Detach().To(compute).Contiguous().View(length), b = bias?.Detach().To(compute).Contiguous().View(length);
        Tensor y = EmptyLike(x), rstd = Allocate([x.Layout.Lengths[0]], compute, Device);
        // In double: a large mean, rounded, would be off by much of a small deviation.
        Tensor mean = Allocate(rstd.Layout, DType.Float64, Device);
        if (Count > 0)
        {
            Backend.LayerNorm(x, w, b, eps, y, mean, rstd);
        }

        Tensor result = y.Relabel(Layout.Lengths).To(DType);
        return Recording.Of(
            new LayerNormOperation(shape.ToArray(), eps, this, weight, bias, mean, rstd), result, this, weight, bias);
    }

    /// <summary>Weight and bias of a normalization: of the wanted shape and the input's type.</summary>
    private void CheckAffine(string operation, Tensor? weight, Tensor? bias, ReadOnlySpan<int> shape)
    {
        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"{operation}: defined for floating-point tensors, not {DType.Name()}; convert with "
                + $"To(DType.Float32).");
        }

        CheckAffine(operation, weight, "weight", shape);
        CheckAffine(operation, bias, "bias", shape);
    }

    private void CheckAffine(string operation, Tensor? value, string name, ReadOnlySpan<int> shape)
    {
        if (value is not null && !value.Layout.Lengths.AsSpan().SequenceEqual(shape))
        {
            throw new ShapeException(
                $"{operation}: a {name} {value.Shape} does not fit an input {Shape}; it must be {Shape.Format(shape)}.");
        }

        if (value is not null && value.DType != DType)
        {
            throw new DTypeException(
                $"{operation}: an input of {DType.Name()} and a {name} of {value.DType.Name()} do not fit; "
                + "convert the input with To(...), or the model.");
        }
    }

    /// <summary>x − mean(x); twice, since the first mean is rounded, which is much beside a small deviation.</summary>
    private static Tensor Centered(Tensor x, int[] axes)
    {
        Tensor roughly = x - x.Mean(axes, keepDim: true);
        return roughly - roughly.Mean(axes, keepDim: true);
    }

    private readonly struct LayerNormOperation(
        int[] shape, double eps, Tensor x, Tensor? weight, Tensor? bias, Tensor mean, Tensor rstd) : IOperation
    {
        public string Name => "LayerNorm";

        public void Describe(OperationAttributes attributes) => attributes.Add("shape", shape).Add("eps", eps);

        public Node CreateNode() => new LayerNormNode(shape, eps, x, weight, bias, mean, rstd);
    }

    private sealed class LayerNormNode : Node
    {
        private readonly int[] _shape;
        private readonly double _eps;

        public LayerNormNode(int[] shape, double eps, Tensor x, Tensor? weight, Tensor? bias, Tensor mean, Tensor rstd)
        {
            _shape = shape;
            _eps = eps;
            Save([x, weight, bias, mean, rstd]);
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

            Tensor mean = Saved(3), rstd = Saved(4);
            int rows = mean.Layout.Lengths[0], length = (int)(input.Count / rows);
            Tensor x = input.To(rstd.DType).Contiguous().View(rows, length), dy = gradient.To(rstd.DType).Contiguous().View(rows, length);
            Tensor? w = weight?.To(rstd.DType).Contiguous().View(length);
            Tensor? dx = Needs(0) ? EmptyLike(x) : null;
            Tensor? dw = weight is not null && Needs(1) ? Allocate([length], rstd.DType, input.Device) : null;
            Tensor? db = bias is not null && Needs(2) ? Allocate([length], rstd.DType, input.Device) : null;
            input.Backend.LayerNormBackward(x, w, mean, rstd, dy, dx, dw, db);
            gradients[0] = dx?.Relabel(input.Layout.Lengths);
            gradients[1] = dw?.Relabel(_shape);
            gradients[2] = db?.Relabel(_shape);
        }

        private Tensor Compose(Tensor?[] inputs)
        {
            Tensor input = inputs[0]!, x = input.To(input.DType.Compute());
            int[] axes = [.. Enumerable.Range(x.Rank - _shape.Length, _shape.Length)];
            Tensor centered = Centered(x, axes);
            Tensor y = centered * centered.Square().Mean(axes, keepDim: true).Add(_eps).Rsqrt();
            y = inputs[1] is { } weight ? y * weight.To(x.DType) : y;
            return (inputs[2] is { } bias ? y + bias.To(x.DType) : y).To(input.DType);
        }
    }
}
