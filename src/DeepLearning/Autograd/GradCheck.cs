using System.Globalization;
using Names = System.Collections.Generic.IReadOnlyDictionary<DeepLearning.Tensor, string>;

namespace DeepLearning;

/// <summary>
/// Compares gradients with finite differences: (f(x + h) − f(x − h)) / 2h for every element of every input, of the output summed
/// with fixed pseudo-random weights. Run it in float64 on small inputs away from kinks.
/// </summary>
/// <remarks>
/// What the function uses beside its inputs and requires a gradient, such as the parameters of a module that it calls, is checked as well:
/// each element is moved in place and put back. Random functions (dropout in training mode) have no derivative to compare with.
/// </remarks>
public static partial class GradCheck
{
    private static readonly Names NoNames = new Dictionary<Tensor, string>();

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
        First(function, inputs, NoNames, step, absolute, relative);
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
        Second(function, inputs, NoNames, step, absolute, relative);
    }

    private static void First(
        Func<Tensor[], Tensor> function, Tensor[] inputs, Names names, double step, double absolute, double relative)
    {
        (Tensor output, Tensor[] leaves) = Try(function, inputs, names);
        Tensor weights = Weights(output, 1);
        Compare("first", ins => Weighted(function(ins), weights), inputs, leaves, names, step, absolute, relative);
    }

    private static void Second(
        Func<Tensor[], Tensor> function, Tensor[] inputs, Names names, double step, double absolute, double relative)
    {
        (Tensor first, Tensor[] leaves) = Try(function, inputs, names);
        Tensor weights = Weights(first, 2);
        weights.RequiresGrad = true;
        int[] wanted = [.. Enumerable.Range(0, inputs.Length).Where(i => inputs[i].RequiresGrad)];
        Tensor Gradients(Tensor[] ins)
        {
            // One number made of all gradients; the last input is the gradient passed in.
            Tensor output = function(ins[..^1]);
            Tensor[] sources = [.. wanted.Select(i => ins[i]), .. leaves];
            if (!output.RequiresGrad)
            {
                return Tensor.Zeros([], DType.Float64, output.Device);
            }

            Tensor?[] gradients = Autograd.GradOrNull([output], sources, [ins[^1]], createGraph: true);
            Tensor total = Tensor.Zeros([], DType.Float64, output.Device);
            for (int i = 0; i < gradients.Length; i++)
            {
                if (gradients[i] is { } gradient)
                {
                    total += Weighted(gradient, Weights(gradient.Detach(), 3 + i));
                }
            }

            return total;
        }

        Compare("second", Gradients, [.. inputs, weights], leaves, names, step, absolute, relative);
    }

    /// <summary>Runs the function once: its output, and what it uses beside its inputs and must be checked as well.</summary>
    private static (Tensor Output, Tensor[] Leaves) Try(Func<Tensor[], Tensor> function, Tensor[] inputs, Names names)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (Tensor input in inputs)
        {
            if (input.RequiresGrad && (input.DType != DType.Float64 || !input.IsLeaf))
            {
                throw new ArgumentException(
                    $"GradCheck: an input to check is a float64 leaf, not {(input.IsLeaf ? input.DType.Name() : "a computed tensor")}.",
                    nameof(inputs));
            }
        }

        Tensor output = function(inputs);
        Tensor[] leaves = Leaves(output, inputs);
        foreach (Tensor leaf in leaves)
        {
            if (leaf.DType != DType.Float64)
            {
                throw new ArgumentException(
                    $"GradCheck: {NameOf(leaf, names)} is {leaf.DType.Name()}{leaf.Shape} and requires a gradient; it is checked with the "
                    + "inputs, in float64: convert it (model.To(DType.Float64)), or freeze it.",
                    nameof(inputs));
            }
        }

        if (leaves.Length == 0 && !inputs.Any(static x => x.RequiresGrad))
        {
            throw new ArgumentException("GradCheck: no input requires a gradient, so there is nothing to check.", nameof(inputs));
        }

        return (output.Detach(), leaves);
    }

    /// <summary>The leaves that a recorded output was computed from, without the inputs, in the order in which they are met.</summary>
    private static Tensor[] Leaves(Tensor output, Tensor[] inputs)
    {
        List<Tensor> leaves = [];
        HashSet<object> seen = new(inputs, ReferenceEqualityComparer.Instance);
        Stack<object> waiting = new();
        if (output.RequiresGrad)
        {
            waiting.Push((object?)output.Node ?? output);
        }

        while (waiting.TryPop(out object? next))
        {
            if (!seen.Add(next))
            {
                continue;
            }

            if (next is Tensor leaf)
            {
                leaves.Add(leaf);
                continue;
            }

            foreach (Node.Edge edge in ((Node)next).Edges)
            {
                if (edge.Target is { } target)
                {
                    waiting.Push(target);
                }
            }
        }

        return [.. leaves];
    }

    private static string NameOf(Tensor leaf, Names names) =>
        names.TryGetValue(leaf, out string? name) ? $"the parameter {name}" : "a tensor that the function uses beside its inputs";

    private static void Compare(
        string order, Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor[] leaves, Names names, double step, double absolute,
        double relative)
    {
        Tensor output = function(inputs);
        Tensor[] wanted = [.. inputs.Where(static x => x.RequiresGrad), .. leaves];
        Tensor?[] gradients = output.RequiresGrad
            ? Autograd.GradOrNull([output], wanted, [null], retainGraph: false)
            : new Tensor?[wanted.Length];
        int position = 0;
        for (int k = 0; k < inputs.Length; k++)
        {
            int changed = k;
            if (inputs[k].RequiresGrad)
            {
                Compare(
                    order, $"input {k}", inputs[k], gradients[position++], step, absolute, relative,
                    (values, element, by) => Evaluate(function, inputs, changed, values, element, by));
            }
        }

        foreach (Tensor leaf in leaves)
        {
            Compare(
                order, NameOf(leaf, names), leaf, gradients[position++], step, absolute, relative,
                (values, element, by) => EvaluateInPlace(function, inputs, leaf, values, element, by));
        }
    }

    private static void Compare(
        string order, string name, Tensor x, Tensor? gradient, double step, double absolute, double relative,
        Func<double[], int, double, double> evaluate)
    {
        double[] analytic = gradient?.ToArray<double>() ?? new double[x.Count];
        double[] values = x.ToArray<double>();
        for (int i = 0; i < values.Length; i++)
        {
            double numeric = (evaluate(values, i, step) - evaluate(values, i, -step)) / (2 * step);
            double error = Math.Abs(numeric - analytic[i]);
            if (!(error <= absolute + (relative * Math.Abs(numeric))))
            {
                throw new GradCheckException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"GradCheck: the {order} derivative with respect to {name} {x.Shape}, element {i}, "
                    + $"is {analytic[i]:G10}, but finite differences give {numeric:G10} (x = {values[i]:G10})."));
            }
        }
    }

    /// <summary>The function with an element of a tensor that it holds itself moved, and put back afterwards.</summary>
    private static double EvaluateInPlace(
        Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor leaf, double[] values, int element, double step)
    {
        double[] moved = [.. values];
        moved[element] += step;
        Fill(leaf, moved);
        try
        {
            return function(inputs).Item<double>();
        }
        finally
        {
            Fill(leaf, values);
        }
    }

    private static void Fill(Tensor leaf, double[] values)
    {
        using GradMode.Region region = GradMode.NoGrad();
        leaf.CopyFrom(Tensor.From(values, leaf.Shape));
    }

    private static double Evaluate(Func<Tensor[], Tensor> function, Tensor[] inputs, int changed, double[] values, int element, double step)
    {
        double[] moved = [.. values];
        moved[element] += step;
        // The strides are kept, so that a check on a view runs on a view.
        Tensor input = Tensor.EmptyLike(inputs[changed]);
        input = inputs[changed].IsContiguous ? input : Tensor.EmptyStrided(inputs[changed].Layout, DType.Float64, input.Device);
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

        return Tensor.From(weights, like.Shape).To(like.Device);
    }
}
