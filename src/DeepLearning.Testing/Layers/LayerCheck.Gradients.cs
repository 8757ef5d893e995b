using DeepLearning.Layers;

namespace DeepLearning.Testing;

/// <summary>Shapes, finite values, derivatives.</summary>
internal sealed partial class LayerCheck
{
    private void Forward() =>
        InModes((training, when) =>
        {
            try
            {
                subject.Call(Made(DType.Float32, training), subject.InputsIn(DType.Float32));
            }
            catch (Exception e) when (e is not CheckException)
            {
                throw new CheckException($"{when}, it throws {e.GetType().Name}: {e.Message}");
            }
        });

    private void Shapes() =>
        InModes((training, when) =>
        {
            List<Tensor> outputs = subject.Call(Made(DType.Float32, training), subject.InputsIn(DType.Float32));
            Dictionary<string, int> names = [];
            Require(options.InputShapes, subject.Inputs, "input");
            Require(options.OutputShapes, outputs, "output");

            void Require(IReadOnlyList<string> patterns, IReadOnlyList<Tensor> tensors, string kind)
            {
                if (patterns.Count > 0 && patterns.Count != tensors.Count)
                {
                    throw new CheckException($"{when}, there are {tensors.Count} {kind}s, and {patterns.Count} declared shapes of them");
                }

                for (int i = 0; i < patterns.Count; i++)
                {
                    if (ShapePattern.Parse(patterns[i]).Mismatch(tensors[i].Shape, names) is { } mismatch)
                    {
                        throw new CheckException($"{when}, {kind} {i}: {mismatch}");
                    }
                }
            }
        });

    private void Finite() =>
        InModes((training, when) =>
        {
            (List<Tensor> outputs, List<(string Name, Tensor? Gradient)> gradients) =
                Differentiate(Made(DType.Float64, training), subject.InputsIn(DType.Float64));
            for (int i = 0; i < outputs.Count; i++)
            {
                TensorAssert.Finite(outputs[i], $"{when}, output {i}");
            }

            foreach ((string name, Tensor? gradient) in gradients)
            {
                if (gradient is not null)
                {
                    TensorAssert.Finite(gradient, $"{when}, the gradient of {name}");
                }
            }
        });

    private void FirstGradients()
    {
        RequireGradients();
        Compare((probe, x) => GradCheck.First(probe, x, options.Step, options.GradientTolerance));
    }

    private void SecondGradients() => Compare((probe, x) => GradCheck.Second(probe, x, options.Step, options.GradientTolerance));

    private void Compare(Action<GradientProbe, Tensor> compare)
    {
        foreach (bool training in DependsOnMode() ? new[] { false, true } : [true])
        {
            GradientProbe probe = new(subject, Made(DType.Float64, training), options.WithoutGradient);
            Tensor unused = Tensor.Zeros([1], DType.Float64);
            if (probe.Forward(unused).RequiresGrad)
            {
                try
                {
                    compare(probe, unused);
                }
                catch (GradCheckException e)
                {
                    throw new CheckException($"in {(training ? "training" : "evaluation")}, {e.Message}");
                }
            }
        }
    }

    /// <summary>Whether training and evaluation compute different things, and both are to be differentiated.</summary>
    private bool DependsOnMode() => !AreSame(
        subject.Call(Made(DType.Float64, training: false), subject.InputsIn(DType.Float64)),
        subject.Call(Made(DType.Float64, training: true), subject.InputsIn(DType.Float64)));

    /// <summary>A parameter without a gradient is not trained, and finite differences do not know of it.</summary>
    private void RequireGradients()
    {
        Module module = Made(DType.Float64, training: true);
        string[] names = [.. module.NamedParameters().Select(static p => p.Name)];
        if (options.Unused.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw new CheckException($"there is no parameter {unknown}, which is said to be unused; there are {string.Join(", ", names)}");
        }

        (_, List<(string Name, Tensor? Gradient)> gradients) = Differentiate(module, subject.InputsIn(DType.Float64));
        bool IsUnused(string name) => options.Unused.Any(unused => name == $"the parameter {unused}");
        string[] missing = [.. gradients.Where(g => g.Gradient is null && !IsUnused(g.Name)).Select(static g => g.Name)];
        string[] found = [.. gradients.Where(g => g.Gradient is not null && IsUnused(g.Name)).Select(static g => g.Name)];
        if (missing.Length > 0)
        {
            throw new CheckException(
                $"in training, {string.Join(" and ", missing)} {(missing.Length == 1 ? "gets" : "get")} no gradient; what is not used is "
                    + "named in Unused or WithoutGradient");
        }

        if (found.Length > 0)
        {
            throw new CheckException($"in training, {string.Join(" and ", found)} has a gradient, though Unused names it");
        }
    }
}
