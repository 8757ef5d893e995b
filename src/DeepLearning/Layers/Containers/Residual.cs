namespace DeepLearning.Layers;

/// <summary>
/// A module whose input is added to its output: y = shortcut(x) + body(x). He et al., "Deep residual learning for image recognition", 2016.
/// </summary>
/// <param name="body">What is learned beside the identity.</param>
/// <param name="shortcut">What brings the input to the output's shape, such as a 1×1 convolution; the identity when null.</param>
public sealed class Residual(Module<Tensor, Tensor> body, Module<Tensor, Tensor>? shortcut = null) : Layer
{
    private readonly Module<Tensor, Tensor> _body = body ?? throw new ArgumentNullException(nameof(body));
    private readonly Module<Tensor, Tensor>? _shortcut = shortcut;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The body's output has another shape than what it is added to.</exception>
    protected override Tensor Compute(Tensor input)
    {
        Tensor y = _body.Forward(input), x = _shortcut?.Forward(input) ?? input;
        return x.Shape == y.Shape
            ? x + y
            : throw new ShapeException(
                $"Residual: the body makes {y.Shape}, which cannot be added to {x.Shape}; give a shortcut that brings the input to that "
                + "shape.");
    }
}
