using System.Globalization;

namespace DeepLearning;

/// <summary>
/// Compares gradients with finite differences: (f(x + h) − f(x − h)) / 2h for every element of every input, of the output summed
/// with fixed pseudo-random weights. Run it in float64 on small inputs away from kinks.
/// </summary>
public static class GradCheck
{
    /// <summary>Checks the first derivatives of a function.</summary>
    /// <param name="function">The function; the same inputs must give the same output.</param>
    /// <param name="inputs">Its inputs. Those that require a gradient are checked, and must be float64.</param>
    /// <param name="step">h, the distance of the differences.</param>
    /// <param name="absolute">The absolute error allowed.</param>
    /// <param name="relative">The error allowed relative to the finite difference.</param>
    /// <exception cref="GradCheckException">A derivative differs; the message names input, element and both values.</exception>
    public static void First(
        Func<Tensor[], Tensor> function, Tensor[] inputs, double step = 1e-6, double absolute = 1e-6, double relative = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(function);
        CheckInputs(inputs);
        Tensor weights;
        using (GradMode.NoGrad())
        {
            weights = Weights(function(inputs), 1);
        }

        Compare("first", ins => Weighted(function(ins), weights), inputs, step, absolute, relative);
    }

    /// <summary>
    /// Checks the second derivatives of a function: the derivatives of its gradients, also with respect to the gradient passed in.
    /// </summary>
    /// <param name="function">The function; the same inputs must give the same output.</param>
    /// <param name="inputs">Its inputs. Those that require a gradient are checked, and must be float64.</param>
    /// <param name="step">h, the distance of the differences.</param>
    /// <param name="absolute">The absolute error allowed.</param>
    /// <param name="relative">The error allowed relative to the finite difference.</param>
    /// <exception cref="GradCheckException">A derivative differs; the message names input, element and both values.</exception>
    public static void Second(
        Func<Tensor[], Tensor> function, Tensor[] inputs, double step = 1e-6, double absolute = 1e-6, double relative = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(function);
        CheckInputs(inputs);
        Tensor weights;
        using (GradMode.NoGrad())
        {
            weights = Weights(function(inputs), 2);
        }

        weights.RequiresGrad = true;
        int[] wanted = [.. Enumerable.Range(0, inputs.Length).Where(i => inputs[i].RequiresGrad)];
        Tensor Gradients(Tensor[] ins)
        {
            // One number made of all gradients; the last input is the gradient passed in.
            Tensor output = function(ins[..^1]);
            Tensor[] sources = [.. wanted.Select(i => ins[i])];
            if (!output.RequiresGrad)
            {
                return Tensor.Zeros([], DType.Float64);
            }

            Tensor?[] gradients = Autograd.GradOrNull([output], sources, [ins[^1]], createGraph: true);
            Tensor total = Tensor.Zeros([], DType.Float64);
            for (int i = 0; i < gradients.Length; i++)
            {
                if (gradients[i] is { } gradient)
                {
                    total += Weighted(gradient, Weights(gradient.Detach(), 3 + i));
                }
            }

            return total;
        }

        Compare("second", Gradients, [.. inputs, weights], step, absolute, relative);
    }

    private static void CheckInputs(Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!inputs.Any(static x => x.RequiresGrad))
        {
            throw new ArgumentException("GradCheck: no input requires a gradient, so there is nothing to check.", nameof(inputs));
        }

        foreach (Tensor input in inputs)
        {
            if (input.RequiresGrad && (input.DType != DType.Float64 || !input.IsLeaf))
            {
                throw new ArgumentException(
                    $"GradCheck: an input to check is a float64 leaf, not {(input.IsLeaf ? input.DType.Name() : "a computed tensor")}.",
                    nameof(inputs));
            }
        }
    }

    private static void Compare(
        string order, Func<Tensor[], Tensor> function, Tensor[] inputs, double step, double absolute, double relative)
    {
        Tensor output = function(inputs);
        Tensor[] wanted = [.. inputs.Where(static x => x.RequiresGrad)];
        Tensor?[] gradients = output.RequiresGrad
            ? Autograd.GradOrNull([output], wanted, [null], retainGraph: false)
            : new Tensor?[wanted.Length];
        for (int k = 0, position = 0; k < inputs.Length; k++)
        {
            if (!inputs[k].RequiresGrad)
            {
                continue;
            }

            double[] analytic = gradients[position++]?.ToArray<double>() ?? new double[inputs[k].Count];
            double[] values = inputs[k].ToArray<double>();
            for (int i = 0; i < values.Length; i++)
            {
                double numeric = (
                    Evaluate(function, inputs, k, values, i, step) - Evaluate(function, inputs, k, values, i, -step)) / (2 * step);
                double error = Math.Abs(numeric - analytic[i]);
                if (!(error <= absolute + (relative * Math.Abs(numeric))))
                {
                    throw new GradCheckException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"GradCheck: the {order} derivative with respect to input {k} {inputs[k].Shape}, element {i}, "
                        + $"is {analytic[i]:G10}, but finite differences give {numeric:G10} (x = {values[i]:G10})."));
                }
            }
        }
    }

    private static double Evaluate(Func<Tensor[], Tensor> function, Tensor[] inputs, int changed, double[] values, int element, double step)
    {
        double[] moved = [.. values];
        moved[element] += step;
        // The strides are kept, so that a check on a view runs on a view.
        Tensor input = Tensor.EmptyLike(inputs[changed]);
        input = inputs[changed].IsContiguous ? input : Tensor.EmptyStrided(inputs[changed].Layout, DType.Float64);
        input.CopyFrom(Tensor.From(moved, inputs[changed].Shape));
        input.RequiresGrad = true;
        Tensor[] all = [.. inputs];
        all[changed] = input;
        return function(all).Item<double>();
    }

    private static Tensor Weighted(Tensor output, Tensor weights) => (output * weights).Sum();

    /// <summary>Numbers between −1 and 1, away from 0, that look random and are always the same.</summary>
    private static Tensor Weights(Tensor like, int seed)
    {
        double[] weights = new double[like.Count];
        for (int i = 0; i < weights.Length; i++)
        {
            double x = Math.Sin((i + 1) * 12.9898 * (seed + 0.5)) * 43758.5453;
            x -= Math.Floor(x);
            weights[i] = x < 0.5 ? -0.1 - (1.8 * x) : 0.1 + (1.8 * (x - 0.5));
        }

        return Tensor.From(weights, like.Shape);
    }
}
