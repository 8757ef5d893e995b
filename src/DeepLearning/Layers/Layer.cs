namespace DeepLearning.Layers;

/// <summary>
/// A module of one tensor in and one tensor out whose errors name it by its path in the model, whose output a
/// <see cref="ModuleSummary"/> lists, and which hooks can listen to. The library's own layers derive from it; implement
/// <see cref="Compute"/>.
/// </summary>
public abstract class Layer : Module<Tensor, Tensor>
{
    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input's shape does not fit; the message names the layer and what would fit.</exception>
    /// <exception cref="DTypeException">The input's type does not fit.</exception>
    /// <exception cref="IndexException">The input has an index that is out of range.</exception>
    /// <exception cref="AnomalyException">The layer made a NaN under <see cref="Autograd.DetectAnomaly"/>.</exception>
    public sealed override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        try
        {
            using LayerCall call = new(this);
            return call.Gives(Hooks is null ? Compute(input) : Hooked(input, Compute));
        }
        catch (Exception e) when (NamedCall.Named(this, e) is { } named)
        {
            throw named;
        }
    }

    /// <summary>As <see cref="Forward"/>, of a layer that is told more than its input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="compute">Computes the output.</param>
    private protected Tensor Run(Tensor input, Func<Tensor, Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(input);
        return NamedCall.Of(this, input, (layer, x) => layer.Hooks is null ? compute(x) : layer.Hooked(x, compute));
    }

    /// <summary>Runs a function on every input before the layer computes; as PyTorch's <c>register_forward_pre_hook</c>.</summary>
    /// <param name="hook">Gets the layer and the input; what it returns takes the input's place, null leaves it.</param>
    /// <returns>Disposing it removes the hook.</returns>
    public IDisposable RegisterForwardPreHook(Func<Layer, Tensor, Tensor?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return base.RegisterForwardPreHook((layer, inputs) => One(hook((Layer)layer, inputs[0]!)));
    }

    /// <summary>Runs a function on every output, such as one that keeps it; as PyTorch's <c>register_forward_hook</c>.</summary>
    /// <param name="hook">Gets the layer, input and output; what it returns takes the output's place, null leaves it.</param>
    /// <returns>Disposing it removes the hook.</returns>
    public IDisposable RegisterForwardHook(Func<Layer, Tensor, Tensor, Tensor?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return base.RegisterForwardHook((layer, inputs, outputs) =>
            hook((Layer)layer, inputs[0]!, outputs[0]!) is { } given ? [given, .. outputs[1..]] : null);
    }

    /// <summary>
    /// Runs a function in every backward pass, once the gradients of the layer's output and input are known; as PyTorch's
    /// <c>register_full_backward_hook</c>.
    /// </summary>
    /// <param name="hook">
    /// Gets the layer, the gradient of its input (null when the input needs none) and that of its output; what it returns takes the place
    /// of the input's gradient, null leaves it.
    /// </param>
    /// <returns>Disposing it removes the hook.</returns>
    public IDisposable RegisterBackwardHook(Func<Layer, Tensor?, Tensor, Tensor?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return base.RegisterBackwardHook((layer, inputs, outputs) => One(hook((Layer)layer, inputs[0], outputs[0]!)));
    }

    /// <inheritdoc/>
    protected internal sealed override bool ComputesParameters => true;

    /// <summary>Computes the output.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The output.</returns>
    protected abstract Tensor Compute(Tensor input);

    private protected sealed override bool CallsHooks => true;

    /// <summary>As <see cref="Forward"/>, of a layer that gives the places of what it picked as well.</summary>
    private protected ValuesAndIndices RunWithIndices(Tensor input, Func<Tensor, ValuesAndIndices> compute)
    {
        ArgumentNullException.ThrowIfNull(input);
        return NamedCall.Of(this, (input, compute), static (layer, call) =>
        {
            if (layer.Hooks is null)
            {
                return call.compute(call.input);
            }

            Tensor?[] outputs = layer.Hooks.Run(layer, [call.input], x =>
            {
                (Tensor values, Tensor indices) = call.compute(x[0]!);
                return (Tensor?[])[values, indices];
            });
            return new ValuesAndIndices(outputs[0]!, outputs[1]!);
        });
    }

    private static Tensor?[]? One(Tensor? tensor) => tensor is null ? null : [tensor];

    private Tensor Hooked(Tensor input, Func<Tensor, Tensor> compute) => Hooks!.Run(this, [input], x => compute(x[0]!));
}
