using System.Globalization;
using System.Text;
using System.Text.Json;
using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>Runs a program step by step and compares what every tensor holds in the end, and the gradients of the leaves.</summary>
internal sealed class FuzzProgramRunner
{
    private readonly FuzzProgram _program;
    private readonly List<Tensor> _tensors = [];
    private readonly List<Tensor> _leaves = [];
    private readonly StringBuilder _differences = new();

    private FuzzProgramRunner(FuzzProgram program) => _program = program;

    /// <summary>The program as text and what differs from PyTorch; null when nothing does.</summary>
    public static string? Run(JsonElement json)
    {
        FuzzProgramRunner runner = new(new FuzzProgram(json));
        runner.Run();
        return runner._differences.Length == 0 ? null : $"{runner._program}\n{runner._differences}";
    }

    /// <summary>
    /// PyTorch takes a view for a leaf until somebody looks at its history, though its base was written to with a record since. Here the
    /// view follows its base at once; from such a write on, the programs are different ones.
    /// </summary>
    private const string FollowsItsBase = "a leaf Variable that requires grad";

    private void Run()
    {
        for (int k = 0; k < _program.Steps.Length; k++)
        {
            if (!Take(_program.Steps[k], k))
            {
                return;
            }
        }

        // What is filled with a number depends on nothing; PyTorch gives it a gradient of zeros.
        bool hasConstants = _program.Steps.Any(s => s.Call?.Op is "fill_" or "zero_");
        for (int k = 0; k < _tensors.Count; k++)
        {
            if (_tensors[k].RequiresGrad && !_program.RequiresGrad[k])
            {
                Report($"t{k} requires gradients, not in PyTorch");
            }
            else if (!_tensors[k].RequiresGrad && _program.RequiresGrad[k] && !hasConstants)
            {
                Report($"t{k} requires no gradients, in PyTorch it does");
            }

            Compare($"t{k}", _program.Final[k], _tensors[k], false);
        }

        if (_differences.Length == 0)
        {
            CompareGradients();
        }
    }

    private bool Take(FuzzStep step, int number)
    {
        if (step.Leaf is { } value)
        {
            Tensor leaf = GoldenCall.ToTensor(value);
            leaf.RequiresGrad = step.RequiresGrad;
            _tensors.Add(leaf);
            if (step.RequiresGrad)
            {
                _leaves.Add(leaf);
            }

            return true;
        }

        bool wasLeaf = _tensors[step.In[0]].IsLeaf;
        try
        {
            using (GradMode.Set(!step.NoGrad))
            {
                Tensor[] results = FuzzCases.Bindings[step.Call!.Op](new GoldenCall(step.Call, [.. step.In.Select(k => _tensors[k])]));
                _tensors.AddRange(results[..step.Out.Length]);
            }
        }
        catch (Exception error) when (step.Refused is not null && FuzzCases.IsNamed(error))
        {
            return true;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Report($"step {number} ({step.Call!.Op}) is refused, not in PyTorch: {error.GetType().Name}: {error.Message}");
            return false;
        }

        if (step.Refused is not null && (wasLeaf || !step.Refused.StartsWith(FollowsItsBase, StringComparison.Ordinal)))
        {
            Report($"step {number} ({step.Call.Op}) is taken; PyTorch refuses: {step.Refused}");
        }

        return step.Refused is null;
    }

    private void CompareGradients()
    {
        try
        {
            if (Loss() is { RequiresGrad: true } loss)
            {
                loss.Backward();
            }
        }
        catch (Exception error) when (_program.Refused is not null && FuzzCases.IsNamed(error))
        {
            return;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Report($"the backward pass is refused, not in PyTorch: {error.GetType().Name}: {error.Message}");
            return;
        }

        for (int k = 0; k < _leaves.Count; k++)
        {
            Tensor gradient = _leaves[k].Grad ?? Tensor.ZerosLike(_leaves[k]);
            if (_program.Gradients[k] is { } e)
            {
                Compare($"gradient of leaf {k}", e, gradient, _program.Refused is not null);
            }
            else if (gradient.CountNonZero().Item<long>() > 0)
            {
                Report($"gradient of leaf {k}: {Text(gradient.To(DType.Float64).ToArray<double>())}, none in PyTorch");
            }
        }
    }

    /// <summary>The sum of the roots, each element times a weight, as fuzzing/programs.py has it.</summary>
    private Tensor Loss()
    {
        Tensor loss = 0.0;
        foreach (int root in _program.Roots)
        {
            Tensor t = _tensors[root];
            double[] weights = [.. Enumerable.Range(0, (int)t.Count).Select(i => (((i * 7) + (root * 3)) % 11 - 5) / 4.0)];
            loss += (t * Tensor.From(weights).To(t.Device, t.DType).Reshape(t.Shape.AsSpan())).Sum();
        }

        return loss;
    }

    private void Compare(string what, GoldenTensor expected, Tensor actual, bool isQuotient)
    {
        if (GoldenCall.NameOf(actual.DType) != expected.Type || !actual.Shape.AsSpan().SequenceEqual(expected.Shape))
        {
            Report($"{what}: {GoldenCall.NameOf(actual.DType)}{actual.Shape}, not {expected}");
            return;
        }

        double[] numbers = actual.Detach().To(DType.Float64).ToArray<double>();
        double[] right = expected.IsFloatingPoint ? expected.Values : [.. expected.Integers.Select(i => (double)i)];
        double scale = Math.Max(1, right.Select(Math.Abs).DefaultIfEmpty(0).Max());
        bool single = _tensors.Any(t => t.DType == DType.Float32);
        GoldenTolerance tolerance = isQuotient ? new(1e-5, 1e-6) : single ? new(1e-4, 1e-5) : new(1e-10, 1e-11);
        if (!Enumerable.Range(0, right.Length).All(i => tolerance.Accepts(right[i], numbers[i], scale, false)))
        {
            Report($"{what}: {Text(numbers)}, not {Text(right)}");
        }
    }

    private void Report(string difference) => _differences.Append("  ").AppendLine(difference);

    private static string Text(double[] values) =>
        $"[{string.Join(", ", values.Select(v => v.ToString("G10", CultureInfo.InvariantCulture)))}]";
}
