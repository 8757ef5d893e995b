namespace DeepLearning;

public partial class Tensor
{
    /// <summary>yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ) along an axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor Softmax(int axis)
    {
        if (DType.Compute() != DType)
        {
            return To(DType.Compute()).Softmax(axis).To(DType);
        }

        Tensor y = AlongRows(axis, "Softmax", static (x, y) => x.Backend.Softmax(x, y));
        return Recording.Of(new SoftmaxOperation(axis, y), y, this);
    }

    /// <summary>yᵢ = xᵢ − ln Σⱼ exp(xⱼ) along an axis: the logarithm of <see cref="Softmax"/>, precise where that is close to 0.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor LogSoftmax(int axis)
    {
        if (DType.Compute() != DType)
        {
            // The gradient takes exponentials of the result, which magnify its rounding.
            return To(DType.Compute()).LogSoftmax(axis).To(DType);
        }

        Tensor y = AlongRows(axis, "LogSoftmax", static (x, y) => x.Backend.LogSoftmax(x, y));
        return Recording.Of(new LogSoftmaxOperation(axis, y), y, this);
    }

    private Tensor AlongRows(int axis, string operation, Action<Tensor, Tensor> kernel)
    {
        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"{operation}: defined for floating-point tensors, not {DType.Name()}; convert with "
                + $"To(DType.Float32).");
        }

        axis = Shape.Axis(axis, Rank, operation);
        Tensor rows = AxisRows.Of(this, axis);
        Tensor y = EmptyLike(rows);
        kernel(rows, y);
        return AxisRows.Back(y, this, axis, DType);
    }

    /// <summary>Runs a backward kernel of rows, of an operand and a gradient of the same shape.</summary>
    private static Tensor BackAlongRows(Tensor y, Tensor gradient, int axis, Action<Tensor, Tensor, Tensor> kernel)
    {
        axis = Shape.Axis(axis, y.Rank, "Softmax");
        Tensor a = AxisRows.Of(y, axis), b = AxisRows.Of(gradient.To(y.DType), axis);
        Tensor dx = EmptyLike(a);
        kernel(a, b, dx);
        return AxisRows.Back(dx, y, axis, y.DType);
    }

    private readonly struct SoftmaxOperation(int axis, Tensor y) : IOperation
    {
        public string Name => "Softmax";

        public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis);

        public Node CreateNode() => new SoftmaxNode(axis, y);
    }

    private sealed class SoftmaxNode : Node
    {
        private readonly int _axis;

        public SoftmaxNode(int axis, Tensor y)
        {
            _axis = axis;
            Save(y);
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor y = Saved(0);
            gradients[0] = GradMode.Enabled
                ? y * (gradient - (y * gradient).Sum(_axis, keepDim: true))
                : BackAlongRows(y, gradient, _axis, static (a, b, dx) => dx.Backend.SoftmaxBackward(a, b, dx));
        }
    }

    private readonly struct LogSoftmaxOperation(int axis, Tensor y) : IOperation
    {
        public string Name => "LogSoftmax";

        public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis);

        public Node CreateNode() => new LogSoftmaxNode(axis, y);
    }

    private sealed class LogSoftmaxNode : Node
    {
        private readonly int _axis;

        public LogSoftmaxNode(int axis, Tensor y)
        {
            _axis = axis;
            Save(y);
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor y = Saved(0);
            gradients[0] = GradMode.Enabled
                ? gradient - (y.Exp() * gradient.Sum(_axis, keepDim: true))
                : BackAlongRows(y, gradient, _axis, static (a, b, dx) => dx.Backend.LogSoftmaxBackward(a, b, dx));
        }
    }
}
