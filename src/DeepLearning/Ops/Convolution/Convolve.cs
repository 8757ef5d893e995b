using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// A convolution is bilinear in input and weight, so its two gradients are operations of the same kind, and the gradients of those are
/// again one of the three: that makes it differentiable to any order.
/// </summary>
public partial class Tensor
{
    /// <summary>x ⋆ weight + bias, for operands that are known to fit.</summary>
    private static Tensor Convolve(in ConvolutionShape shape, Tensor x, Tensor weight, Tensor? bias)
    {
        Tensor y = Allocate([shape.Batch, shape.OutputChannels, shape.OutputHeight, shape.OutputWidth], x.DType, x.Device);
        x.Backend.Convolve(shape, x, weight, bias, y);
        return Recording.Of(new Conv2dOperation(shape, x, weight), y, x, weight, bias);
    }

    /// <summary>The gradient of the input of a convolution from the gradient of its output.</summary>
    private static Tensor ConvolveInputGradient(in ConvolutionShape shape, Tensor dy, Tensor weight)
    {
        Tensor dx = Allocate([shape.Batch, shape.InputChannels, shape.InputHeight, shape.InputWidth], dy.DType, dy.Device);
        dy.Backend.ConvolveInputGradient(shape, dy, weight, dx);
        return Recording.Of(new Conv2dInputGradientOperation(shape, dy, weight), dx, dy, weight);
    }

    /// <summary>The gradient of the weight of a convolution from the gradient of its output.</summary>
    private static Tensor ConvolveWeightGradient(in ConvolutionShape shape, Tensor x, Tensor dy)
    {
        Tensor dw = Allocate([shape.OutputChannels, shape.GroupInput, shape.KernelHeight, shape.KernelWidth], dy.DType, dy.Device);
        dy.Backend.ConvolveWeightGradient(shape, x, dy, dw);
        return Recording.Of(new Conv2dWeightGradientOperation(shape, x, dy), dw, x, dy);
    }

    private readonly struct Conv2dOperation(ConvolutionShape shape, Tensor x, Tensor weight) : IOperation
    {
        public string Name => "Conv2d";

        public void Describe(OperationAttributes attributes) => shape.Describe(attributes);

        public Node CreateNode() => new Conv2dNode(shape, x, weight);
    }

    private sealed class Conv2dNode : Node
    {
        private readonly ConvolutionShape _shape;

        public Conv2dNode(in ConvolutionShape shape, Tensor x, Tensor weight)
        {
            _shape = shape;
            Save(weight.RequiresGrad ? x : null, x.RequiresGrad ? weight : null);
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            gradients[0] = Needs(0) ? ConvolveInputGradient(_shape, gradient, Saved(1)) : null;
            gradients[1] = Needs(1) ? ConvolveWeightGradient(_shape, Saved(0), gradient) : null;
            gradients[2] = Needs(2) ? gradient.Sum([0, 2, 3]) : null;
        }
    }

    private readonly struct Conv2dInputGradientOperation(ConvolutionShape shape, Tensor dy, Tensor weight) : IOperation
    {
        public string Name => "Conv2dInputGradient";

        public void Describe(OperationAttributes attributes) => shape.Describe(attributes);

        public Node CreateNode() => new Conv2dInputGradientNode(shape, dy, weight);
    }

    private sealed class Conv2dInputGradientNode : Node
    {
        private readonly ConvolutionShape _shape;

        public Conv2dInputGradientNode(in ConvolutionShape shape, Tensor dy, Tensor weight)
        {
            _shape = shape;
            Save(weight.RequiresGrad ? dy : null, dy.RequiresGrad ? weight : null);
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            gradients[0] = Needs(0) ? Convolve(_shape, gradient, Saved(1), null) : null;
            gradients[1] = Needs(1) ? ConvolveWeightGradient(_shape, gradient, Saved(0)) : null;
        }
    }

    private readonly struct Conv2dWeightGradientOperation(ConvolutionShape shape, Tensor x, Tensor dy) : IOperation
    {
        public string Name => "Conv2dWeightGradient";

        public void Describe(OperationAttributes attributes) => shape.Describe(attributes);

        public Node CreateNode() => new Conv2dWeightGradientNode(shape, x, dy);
    }

    private sealed class Conv2dWeightGradientNode : Node
    {
        private readonly ConvolutionShape _shape;

        public Conv2dWeightGradientNode(in ConvolutionShape shape, Tensor x, Tensor dy)
        {
            _shape = shape;
            Save(dy.RequiresGrad ? x : null, x.RequiresGrad ? dy : null);
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            gradients[0] = Needs(0) ? ConvolveInputGradient(_shape, Saved(1), gradient) : null;
            gradients[1] = Needs(1) ? Convolve(_shape, Saved(0), gradient, null) : null;
        }
    }
}
