using DeepLearning.Layers;

namespace DeepLearning;

public static partial class GradCheck
{
    /// <summary>
    /// Checks the first derivatives of a module's output, with respect to its parameters and, if it requires a gradient, its input.
    /// </summary>
    /// <param name="module">The module, in float64. Its buffers are put back as they were.</param>
    /// <param name="input">Its input.</param>
    /// <param name="step">h, the distance of the differences.</param>
    /// <param name="absolute">The absolute error allowed.</param>
    /// <param name="relative">The error allowed relative to the finite difference.</param>
    /// <exception cref="GradCheckException">A derivative differs; the message names what by, the element and both values.</exception>
    /// <exception cref="ArgumentException">A parameter, or an input that requires a gradient, is not float64.</exception>
    public static void First(
        Module<Tensor, Tensor> module, Tensor input, double step = 1e-6, double absolute = 1e-6, double relative = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(module);
        Keeping(module, names => First(inputs => module.Forward(inputs[0]), [input], names, step, absolute, relative));
    }

    /// <summary>
    /// As <see cref="First(Module{Tensor, Tensor}, Tensor, double, double, double)"/>, for a module of two inputs, such as a loss.
    /// </summary>
    /// <param name="module">The module, in float64. Its buffers are put back as they were.</param>
    /// <param name="first">Its first input.</param>
    /// <param name="second">Its second input.</param>
    /// <param name="step">h, the distance of the differences.</param>
    /// <param name="absolute">The absolute error allowed.</param>
    /// <param name="relative">The error allowed relative to the finite difference.</param>
    public static void First(
        Module<Tensor, Tensor, Tensor> module, Tensor first, Tensor second, double step = 1e-6, double absolute = 1e-6,
        double relative = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(module);
        Keeping(module, names => First(
            inputs => module.Forward(inputs[0], inputs[1]), [first, second], names, step, absolute, relative));
    }

    /// <summary>
    /// Checks the second derivatives of a module's output, with respect to its parameters and, if it requires a gradient, its input.
    /// </summary>
    /// <inheritdoc cref="First(Module{Tensor, Tensor}, Tensor, double, double, double)"/>
    public static void Second(
        Module<Tensor, Tensor> module, Tensor input, double step = 1e-6, double absolute = 1e-6, double relative = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(module);
        Keeping(module, names => Second(inputs => module.Forward(inputs[0]), [input], names, step, absolute, relative));
    }

    /// <summary>As <see cref="Second(Module{Tensor, Tensor}, Tensor, double, double, double)"/>, for a module of two inputs.</summary>
    /// <inheritdoc cref="First(Module{Tensor, Tensor, Tensor}, Tensor, Tensor, double, double, double)"/>
    public static void Second(
        Module<Tensor, Tensor, Tensor> module, Tensor first, Tensor second, double step = 1e-6, double absolute = 1e-6,
        double relative = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(module);
        Keeping(module, names => Second(
            inputs => module.Forward(inputs[0], inputs[1]), [first, second], names, step, absolute, relative));
    }

    /// <summary>Runs a check with the names of a module's parameters, and puts the module's buffers back.</summary>
    private static void Keeping(Module module, Action<Dictionary<Tensor, string>> check)
    {
        (Tensor Buffer, Tensor Value)[] buffers = [.. module.Buffers().Select(static buffer => (buffer, buffer.Detach().Clone()))];
        Dictionary<Tensor, string> names = new(ReferenceEqualityComparer.Instance);
        foreach ((string name, Parameter parameter) in module.NamedParameters())
        {
            names.Add(parameter, name);
        }

        try
        {
            check(names);
        }
        finally
        {
            using GradMode.Region region = GradMode.NoGrad();
            foreach ((Tensor buffer, Tensor value) in buffers)
            {
                buffer.CopyFrom(value);
            }
        }
    }
}
