namespace DeepLearning.Layers;

/// <summary>The functions that listen to a module, in the order in which they were added.</summary>
internal sealed class ModuleHooks
{
    public HookList<Func<Module, Tensor?[], Tensor?[]?>> Before { get; private init; } = new();

    public HookList<Func<Module, Tensor?[], Tensor?[], Tensor?[]?>> After { get; private init; } = new();

    public HookList<Func<Module, Tensor?[], Tensor?[], Tensor?[]?>> Backward { get; private init; } = new();

    /// <summary>The outputs of a module for its inputs, with the hooks around it.</summary>
    public Tensor?[] Run(Module module, Tensor?[] inputs, Func<Tensor?[], Tensor?[]> compute)
    {
        foreach (Func<Module, Tensor?[], Tensor?[]?> hook in Before.Items)
        {
            inputs = Fitting(module, hook(module, [.. inputs]), inputs, "a forward pre-hook", "inputs");
        }

        Tensor?[] outputs;
        if (Backward.Items.Length > 0 && GradMode.Enabled)
        {
            BackwardHooks hooks = new(module, Backward, inputs.Length);
            outputs = hooks.Leave(compute(hooks.Enter(inputs)));
        }
        else
        {
            outputs = compute(inputs);
        }

        foreach (Func<Module, Tensor?[], Tensor?[], Tensor?[]?> hook in After.Items)
        {
            outputs = Fitting(module, hook(module, [.. inputs], [.. outputs]), outputs, "a forward hook", "outputs");
        }

        return outputs;
    }

    /// <summary>As <see cref="Run(Module, Tensor[], Func{Tensor[], Tensor[]})"/>, of a module of one output.</summary>
    public Tensor Run(Module module, Tensor?[] inputs, Func<Tensor?[], Tensor> compute) =>
        Run(module, inputs, x => (Tensor?[])[compute(x)])[0]!;

    /// <summary>The same hooks for a copy of the module, which gets others on its own from here on.</summary>
    public ModuleHooks Copy() => new() { Before = Before.Copy(), After = After.Copy(), Backward = Backward.Copy() };

    /// <summary>What a hook gave in place of tensors, or those.</summary>
    /// <exception cref="ArgumentException">There are more or fewer of them, or one is missing.</exception>
    internal static Tensor?[] Fitting(Module module, Tensor?[]? given, Tensor?[] tensors, string hook, string what)
    {
        if (given is null)
        {
            return tensors;
        }

        if (given.Length != tensors.Length)
        {
            throw new ArgumentException(
                $"{module.LabelInModel()}: {hook} returned {given.Length} tensors in place of {tensors.Length} {what}; return as many, or "
                + "null to leave them.");
        }

        for (int i = 0; i < given.Length; i++)
        {
            if (given[i] is null && tensors[i] is not null)
            {
                throw new ArgumentException(
                    $"{module.LabelInModel()}: {hook} returned null in place of number {i} of the {what}; return the tensor itself to "
                    + "leave it.");
            }
        }

        return [.. given];
    }
}
