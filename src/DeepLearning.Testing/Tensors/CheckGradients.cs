namespace DeepLearning.Testing;

/// <summary>
/// Compares first and second derivatives with finite differences, as <see cref="GradCheck"/> does, of plain functions: inputs of any
/// floating-point type are taken in float64 and given a gradient, and random numbers are the same in every call.
/// </summary>
public static class CheckGradients
{
    /// <summary>Checks a function of one tensor.</summary>
    /// <param name="function">The function.</param>
    /// <param name="input">Where to check it, away from kinks.</param>
    /// <param name="second">Whether the second derivatives are checked, too.</param>
    /// <exception cref="GradCheckException">A derivative differs; the message names input, element and both values.</exception>
    public static void Of(Func<Tensor, Tensor> function, Tensor input, bool second = true)
    {
        ArgumentNullException.ThrowIfNull(function);
        Run(inputs => function(inputs[0]), [input], second);
    }

    /// <summary>Checks a function of two tensors. Whole numbers and booleans are passed on as they are.</summary>
    /// <param name="function">The function.</param>
    /// <param name="first">The first input.</param>
    /// <param name="other">The second input.</param>
    /// <param name="second">Whether the second derivatives are checked, too.</param>
    /// <exception cref="GradCheckException">A derivative differs; the message names input, element and both values.</exception>
    public static void Of(Func<Tensor, Tensor, Tensor> function, Tensor first, Tensor other, bool second = true)
    {
        ArgumentNullException.ThrowIfNull(function);
        Run(inputs => function(inputs[0], inputs[1]), [first, other], second);
    }

    /// <summary>Checks a function of several tensors. Whole numbers and booleans are passed on as they are.</summary>
    /// <param name="function">The function.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="second">Whether the second derivatives are checked, too.</param>
    /// <exception cref="GradCheckException">A derivative differs; the message names input, element and both values.</exception>
    public static void Of(Func<Tensor[], Tensor> function, Tensor[] inputs, bool second = true)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        Run(function, inputs, second);
    }

    private static void Run(Func<Tensor[], Tensor> function, Tensor[] inputs, bool second)
    {
        Tensor[] leaves = [.. inputs.Select(Leaf)];
        Tensor Seeded(Tensor[] given)
        {
            using Generator.DefaultRegion region = new Generator(1).AsDefault();
            return function(given);
        }

        GradCheck.First(Seeded, leaves);
        if (second)
        {
            GradCheck.Second(Seeded, leaves);
        }
    }

    private static Tensor Leaf(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!input.DType.IsFloatingPoint())
        {
            return input;
        }

        Tensor leaf = input.Detach().To(DType.Float64).Clone();
        leaf.RequiresGrad = true;
        return leaf;
    }
}
