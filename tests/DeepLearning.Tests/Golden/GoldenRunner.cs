using System.Globalization;
using System.Text;

namespace DeepLearning.Tests.Golden;

/// <summary>Runs the library on a case's inputs; the outputs in PyTorch's order.</summary>
internal delegate Tensor[] GoldenBinding(GoldenCall call);

/// <summary>Runs a case through its binding and compares everything that was recorded.</summary>
internal sealed class GoldenRunner
{
    private readonly GoldenCase _case;
    private readonly StringBuilder _differences = new();

    private GoldenRunner(GoldenCase golden) => _case = golden;

    /// <summary>What differs from PyTorch, a line each; empty when nothing does.</summary>
    public static string Run(GoldenCase golden, GoldenBinding binding)
    {
        GoldenRunner runner = new(golden);
        runner.CompareFirstOrder(binding);
        if (golden.Second is not null)
        {
            runner.CompareSecondOrder(binding);
        }

        return runner._differences.ToString();
    }

    private void CompareFirstOrder(GoldenBinding binding)
    {
        GoldenCall call = new(_case, _case.Gradients is not null);
        Tensor[] outputs = binding(call);
        if (outputs.Length != _case.Outputs.Length)
        {
            Report($"{outputs.Length} outputs, not {_case.Outputs.Length}");
            return;
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            Compare($"output {i}", _case.Outputs[i], outputs[i], 0);
        }

        if (_case.Gradients is { } expected && _differences.Length == 0)
        {
            // An output without a gradient, such as the sign of a determinant, stands in PyTorch's graph with zeros.
            int[] kept = [.. Enumerable.Range(0, outputs.Length).Where(i => _case.Weights![i] is not null && outputs[i].RequiresGrad)];
            Tensor[] roots = [.. kept.Select(i => outputs[i])];
            Tensor[] weights = [.. kept.Select(i => GoldenCall.ToTensor(_case.Weights![i]!))];
            CompareGradients("gradient", expected, call, roots, weights, 1);
        }
    }

    /// <summary>With g = d sum(weight * output^2) / d inputs: the gradient of sum(g * direction).</summary>
    private void CompareSecondOrder(GoldenBinding binding)
    {
        GoldenCall call = new(_case, true);
        Tensor[] outputs = binding(call);
        IEnumerable<Tensor?> weighted =
            outputs.Select((y, i) => _case.Weights![i] is { } w ? (GoldenCall.ToTensor(w) * y * y).Sum() : null);
        Tensor[] terms = [.. weighted.OfType<Tensor>()];
        Tensor loss = terms.Aggregate((a, b) => a + b);
        int[] wanted = [.. Enumerable.Range(0, call.Leaves.Count).Where(i => call.Leaves[i].RequiresGrad)];
        Tensor[] leaves = [.. wanted.Select(i => call.Leaves[i])];
        Tensor?[] first = Autograd.GradOrNull([loss], leaves, [], createGraph: true);
        Tensor? total = null;
        for (int k = 0; k < wanted.Length; k++)
        {
            if (first[k] is { } g && _case.Directions![wanted[k]] is { } direction)
            {
                Tensor term = (g * GoldenCall.ToTensor(direction)).Sum();
                total = total is null ? term : total + term;
            }
        }

        if (total is not { RequiresGrad: true })
        {
            CompareAll("second", _case.Second!, wanted, new Tensor?[wanted.Length], 2);
            return;
        }

        CompareGradients("second", _case.Second!, call, [total], null, 2);
    }

    private void CompareGradients(string what, GoldenTensor?[] expected, GoldenCall call, Tensor[] roots, Tensor[]? weights, int order)
    {
        int[] wanted = [.. Enumerable.Range(0, call.Leaves.Count).Where(i => call.Leaves[i].RequiresGrad)];
        Tensor?[] actual = Autograd.GradOrNull(roots, [.. wanted.Select(i => call.Leaves[i])], weights ?? []);
        CompareAll(what, expected, wanted, actual, order);
    }

    private void CompareAll(string what, GoldenTensor?[] expected, int[] wanted, Tensor?[] actual, int order)
    {
        for (int k = 0; k < wanted.Length; k++)
        {
            string name = $"{what} of input {wanted[k]}";
            if (expected[wanted[k]] is not { } e)
            {
                continue;
            }

            if (actual[k] is { } a)
            {
                Compare(name, e, a, order);
            }
            else if (e.Values.Any(v => v != 0))
            {
                Report($"{name}: none, not {Text(e.Values[0])} …");
            }
        }
    }

    private void Compare(string what, GoldenTensor expected, Tensor actual, int order)
    {
        if (GoldenCall.NameOf(actual.DType) != expected.Type)
        {
            Report($"{what}: dtype {GoldenCall.NameOf(actual.DType)}, not {expected.Type}");
            return;
        }

        if (!actual.Shape.AsSpan().SequenceEqual(expected.Shape))
        {
            Report($"{what}: shape {actual.Shape}, not [{string.Join(", ", expected.Shape)}]");
            return;
        }

        if (expected.IsFloatingPoint)
        {
            CompareNumbers(what, expected, actual.To(DType.Float64).ToArray<double>(), order);
        }
        else
        {
            CompareIntegers(what, expected.Integers, actual.To(DType.Int64).ToArray<long>());
        }
    }

    private void CompareNumbers(string what, GoldenTensor expected, double[] actual, int order)
    {
        bool elementwise = GoldenTolerance.IsElementwise(_case.Group);
        GoldenTolerance tolerance = GoldenTolerance.For(expected.Type, order, _case);
        double largest = expected.Values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < actual.Length; i++)
        {
            double scale = elementwise && order == 0 ? 0 : Math.Max(1, largest);
            if (!tolerance.Accepts(expected.Values[i], actual[i], scale, order == 0 && GoldenTolerance.SeesSignOfZero(_case)))
            {
                Report($"{what}[{i}]: {Text(actual[i])}, not {Text(expected.Values[i])}");
            }
        }
    }

    private void CompareIntegers(string what, long[] expected, long[] actual)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            if (actual[i] != expected[i])
            {
                Report($"{what}[{i}]: {actual[i]}, not {expected[i]}");
            }
        }
    }

    private void Report(string difference) => _differences.Append("  ").AppendLine(difference);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
