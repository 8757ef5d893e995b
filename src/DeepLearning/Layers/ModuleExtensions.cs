namespace DeepLearning.Layers;

/// <summary>Settings of a module and everything inside it; each returns the module, so that calls chain.</summary>
public static class ModuleExtensions
{
    /// <summary>Switches to training mode.</summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="training">False switches to evaluation instead.</param>
    /// <returns>The module.</returns>
    public static TModule Train<TModule>(this TModule module, bool training = true)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        module.SetTraining(training);
        return module;
    }

    /// <summary>Switches to evaluation mode: dropout passes everything, batch normalization uses its running statistics.</summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <returns>The module.</returns>
    public static TModule Eval<TModule>(this TModule module)
        where TModule : Module => module.Train(false);

    /// <summary>
    /// Converts parameters, floating-point buffers and gradients to another floating-point type; the objects stay the same.
    /// </summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="dtype">The type.</param>
    /// <returns>The module.</returns>
    /// <exception cref="DTypeException">The type is not a floating-point type.</exception>
    public static TModule To<TModule>(this TModule module, DType dtype)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        module.ConvertTo(dtype);
        return module;
    }

    /// <summary>
    /// Moves parameters, buffers and gradients to another device; the objects stay the same, so that an optimizer made before goes on with
    /// them, its states following. Inputs are to be moved, too: a loader hands out its batches on a device by <c>loader.To(device)</c>.
    /// </summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="device">The device.</param>
    /// <returns>The module.</returns>
    public static TModule To<TModule>(this TModule module, Device device)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(device);
        module.MoveTo(device);
        return module;
    }

    /// <summary>Runs an action on the module and every module inside it, children first: <c>model.Apply(m =&gt; …)</c>.</summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="action">The action.</param>
    /// <returns>The module.</returns>
    public static TModule Apply<TModule>(this TModule module, Action<Module> action)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(action);
        foreach (Module child in module.Modules().Reverse())
        {
            action(child);
        }

        return module;
    }

    /// <summary>Freezes (false) or trains (true) every parameter.</summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="requiresGrad">Whether gradients are computed.</param>
    /// <returns>The module.</returns>
    public static TModule RequiresGradInPlace<TModule>(this TModule module, bool requiresGrad = true)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (Parameter parameter in module.Parameters())
        {
            parameter.RequiresGrad = requiresGrad;
        }

        return module;
    }

    /// <summary>
    /// A table of the model's layers, output shapes and parameters. Runs the model once, in evaluation mode, on float32 zeros.
    /// <code>
    /// Console.WriteLine(model.Summary(1, 28, 28, 1));
    /// </code>
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="inputShape">The input's shape, batch axis included.</param>
    /// <returns>The table.</returns>
    public static ModuleSummary Summary(this Module<Tensor, Tensor> module, params ReadOnlySpan<int> inputShape) =>
        module.Summary(Tensor.Zeros(inputShape));

    /// <summary>A table of the model's layers, output shapes and parameters. Runs the model once, in evaluation mode.</summary>
    /// <param name="module">The model.</param>
    /// <param name="input">An input, for models that do not take float32.</param>
    /// <returns>The table.</returns>
    public static ModuleSummary Summary(this Module<Tensor, Tensor> module, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(module);
        return ModuleSummary.Of(module, () => module.Forward(input), input);
    }

    /// <summary>A table of a model of any input and output. Runs the model once, in evaluation mode.</summary>
    /// <typeparam name="TIn">The input: a tensor, or a tuple or record of several.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="module">The model.</param>
    /// <param name="input">An input.</param>
    /// <returns>The table.</returns>
    public static ModuleSummary Summary<TIn, TOut>(this Module<TIn, TOut> module, TIn input)
    {
        ArgumentNullException.ThrowIfNull(module);
        return ModuleSummary.Of(module, () => module.Forward(input), input);
    }

    /// <summary>A table of a model of two inputs. Runs the model once, in evaluation mode.</summary>
    /// <typeparam name="T1">The first input.</typeparam>
    /// <typeparam name="T2">The second input.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="module">The model.</param>
    /// <param name="first">The first input.</param>
    /// <param name="second">The second input.</param>
    /// <returns>The table.</returns>
    public static ModuleSummary Summary<T1, T2, TOut>(this Module<T1, T2, TOut> module, T1 first, T2 second)
    {
        ArgumentNullException.ThrowIfNull(module);
        return ModuleSummary.Of(module, () => module.Forward(first, second), first, second);
    }

    /// <summary>A table of a model of three inputs. Runs the model once, in evaluation mode.</summary>
    /// <typeparam name="T1">The first input.</typeparam>
    /// <typeparam name="T2">The second input.</typeparam>
    /// <typeparam name="T3">The third input.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="module">The model.</param>
    /// <param name="first">The first input.</param>
    /// <param name="second">The second input.</param>
    /// <param name="third">The third input.</param>
    /// <returns>The table.</returns>
    public static ModuleSummary Summary<T1, T2, T3, TOut>(this Module<T1, T2, T3, TOut> module, T1 first, T2 second, T3 third)
    {
        ArgumentNullException.ThrowIfNull(module);
        return ModuleSummary.Of(module, () => module.Forward(first, second, third), first, second, third);
    }
}
