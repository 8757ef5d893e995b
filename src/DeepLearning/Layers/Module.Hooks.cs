namespace DeepLearning.Layers;

public abstract partial class Module
{
    /// <summary>The functions that listen to this module; null where none was ever added.</summary>
    internal ModuleHooks? Hooks { get; private set; }

    /// <summary>Whether the module calls its hooks.</summary>
    private protected virtual bool CallsHooks => false;

    /// <summary>Runs a function on the inputs before the module computes; as PyTorch's <c>register_forward_pre_hook</c>.</summary>
    /// <param name="hook">
    /// Gets the module and its tensors, in the order of the parameters of its <c>Forward</c>, null where one is left out; what it returns
    /// takes their place, null leaves them.
    /// </param>
    /// <returns>Disposing it removes the hook.</returns>
    /// <exception cref="NotSupportedException">The module does not call hooks; the message says which do.</exception>
    public IDisposable RegisterForwardPreHook(Func<Module, Tensor?[], Tensor?[]?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return HooksToAddTo().Before.Add(hook);
    }

    /// <summary>Runs a function on the outputs, such as one that keeps them; as PyTorch's <c>register_forward_hook</c>.</summary>
    /// <param name="hook">
    /// Gets the module, its inputs and its outputs, in the order in which it gives them (a state's tensors behind the output); what it
    /// returns takes the outputs' place, null leaves them.
    /// </param>
    /// <returns>Disposing it removes the hook.</returns>
    /// <exception cref="NotSupportedException">The module does not call hooks; the message says which do.</exception>
    public IDisposable RegisterForwardHook(Func<Module, Tensor?[], Tensor?[], Tensor?[]?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return HooksToAddTo().After.Add(hook);
    }

    /// <summary>
    /// Runs a function in every backward pass, once the gradients of the module's outputs and inputs are known; as PyTorch's
    /// <c>register_full_backward_hook</c>.
    /// </summary>
    /// <param name="hook">
    /// Gets the module, the gradients of its inputs and those of its outputs, null where there is none; what it returns takes the place of
    /// the inputs' gradients, null leaves them.
    /// </param>
    /// <returns>Disposing it removes the hook.</returns>
    /// <exception cref="NotSupportedException">The module does not call hooks; the message says which do.</exception>
    public IDisposable RegisterBackwardHook(Func<Module, Tensor?[], Tensor?[], Tensor?[]?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return HooksToAddTo().Backward.Add(hook);
    }

    private ModuleHooks HooksToAddTo() => CallsHooks
        ? Hooks ??= new ModuleHooks()
        : throw new NotSupportedException(
            $"{LabelInModel()}: the Forward of {GetType().Name} is called directly, so that hooks would never run. Layers call them "
            + "(derive from Layer and implement Compute), and so do Sequential and the recurrent, attention and transformer modules.");
}
