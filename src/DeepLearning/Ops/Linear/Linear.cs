namespace DeepLearning;

public partial class Tensor
{
    /// <summary>An affine map of the last axis: y = x · weightᵀ + bias, [.., in] → [.., out].</summary>
    /// <param name="weight">The matrix, [out, in].</param>
    /// <param name="bias">Added to each row, [out]; none when null.</param>
    /// <returns>The result, [.., out].</returns>
    /// <exception cref="ShapeException">The lengths do not fit.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    public Tensor Linear(Tensor weight, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        CheckLinear(weight, bias);
        if (Rank == 2)
        {
            return Linear(this, weight, bias);
        }

        int inner = Layout.Lengths[^1], outer = weight.Layout.Lengths[0];
        int[] shape = [.. Layout.Lengths.AsSpan(0, Rank - 1), outer];
        int rows = (int)(Shape.CountOf(shape.AsSpan(0, Rank - 1)));
        return Linear(Reshape(rows, inner), weight, bias).Reshape(shape);
    }

    private static Tensor Linear(Tensor x, Tensor weight, Tensor? bias)
    {
        Tensor y = Allocate([x.Layout.Lengths[0], weight.Layout.Lengths[0]], x.DType, x.Device);
        x.Backend.Linear(x, weight, bias, y);
        return Recording.Of(new LinearOperation(x, weight), y, x, weight, bias);
    }

    private void CheckLinear(Tensor weight, Tensor? bias)
    {
        if (weight.Rank != 2 || Rank == 0 || Layout.Lengths[^1] != weight.Layout.Lengths[1])
        {
            throw new ShapeException(
                $"Linear: an input {Shape} does not fit a weight {weight.Shape}; the input is [.., in] and the weight [out, in]"
                + (weight.Rank == 2 ? $", so the input's last axis must have length {weight.Layout.Lengths[1]}." : "."));
        }

        if (bias is not null && (bias.Rank != 1 || bias.Layout.Lengths[0] != weight.Layout.Lengths[0]))
        {
            throw new ShapeException(
                $"Linear: a bias {bias.Shape} does not fit a weight {weight.Shape}; it is [{weight.Layout.Lengths[0]}].");
        }

        if (DType != weight.DType || (bias is not null && bias.DType != DType) || !DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"Linear: an input of {DType.Name()}, a weight of {weight.DType.Name()}"
                + (bias is null ? "" : $" and a bias of {bias.DType.Name()}")
                + " do not fit; all must be of one floating-point type: convert the input with To(...), or the model.");
        }

        Broadcasting.CheckDevices(this, weight, "Linear");
    }

    private readonly struct LinearOperation(Tensor x, Tensor weight) : IOperation
    {
        public string Name => "Linear";

        public Node CreateNode() => new LinearNode(x, weight);
    }

    private sealed class LinearNode : Node
    {
        public LinearNode(Tensor x, Tensor weight) => Save(weight.RequiresGrad ? x : null, x.RequiresGrad ? weight : null);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            if (GradMode.Enabled)
            {
                gradients[0] = Needs(0) ? gradient.MatMul(Saved(1)) : null;
                gradients[1] = Needs(1) ? gradient.T.MatMul(Saved(0)) : null;
                gradients[2] = Needs(2) ? gradient.Sum(0) : null;
                return;
            }

            gradients[0] = Needs(0) ? Product(gradient, false, Saved(1), false) : null;
            gradients[1] = Needs(1) ? Product(gradient, true, Saved(0), false) : null;
            gradients[2] = Needs(2) ? gradient.Sum(0) : null;
        }
    }
}
