using DeepLearning.Layers;

namespace DeepLearning.Testing;

/// <summary>The aspects of a layer, one after the other. Each file of this class has a few that belong together.</summary>
internal sealed partial class LayerCheck(string check, Subject subject, LayerCheckOptions options)
{
    /// <summary>What two ways to the same result in float64 may differ by, relative to the norm.</summary>
    private const double Exact = 1e-10;

    /// <summary>The kinds of modules that an error may name.</summary>
    private string[] _kinds = [];

    /// <summary>Runs all aspects, and throws what failed.</summary>
    public void Run()
    {
        AspectRun run = new(check, Describe(), options);
        Run(run);
        run.Finish();
    }

    /// <summary>Runs all aspects.</summary>
    public void Run(AspectRun run)
    {
        options.Validate();
        if (!run.Run(Aspect.Forward, Forward))
        {
            return;
        }

        run.Run(Aspect.Shapes, Shapes);
        run.Run(Aspect.Finite, Finite);
        run.Run(Aspect.FirstGradients, FirstGradients);
        run.Run(Aspect.SecondGradients, SecondGradients);
        run.Run(Aspect.Batch, Batch);
        run.Run(Aspect.Modes, Modes);
        run.Run(Aspect.SaveAndLoad, SaveAndLoad);
        run.Run(Aspect.DTypes, DTypesAgree);
        run.Run(Aspect.Conversion, Conversion);
        run.Run(Aspect.Printing, Printing);
        run.Run(Aspect.Input, InputStays);
        run.Run(Aspect.Strides, Strides);
        run.Run(Aspect.Threads, ThreadsAgree);
        run.Run(Aspect.Errors, Errors);
    }

    /// <summary>The layer as the report names it.</summary>
    public string Describe()
    {
        try
        {
            Module module = subject.Make(options.Seed);
            _kinds = [.. module.Modules().SelectMany(NamesOf).Distinct()];
            string text = module.ToString();
            int end = text.IndexOf('\n', StringComparison.Ordinal);
            return end < 0 ? text : $"{text[..end]}…)";
        }
        catch (Exception e)
        {
            throw new CheckException($"{check}: the layer cannot be made or printed: {e.GetType().Name}: {e.Message}");
        }
    }

    /// <summary>How an error may name a module: by its type, its printed kind, or, of a loss, without the word Loss.</summary>
    private static IEnumerable<string> NamesOf(Module module)
    {
        string type = module.GetType().Name.Split('`')[0];
        string[] printed = module.ToString().Split('(')[0].Split(' ');
        string loss = type.EndsWith("Loss", StringComparison.Ordinal) && type.Length > 4 ? type[..^4] : type;
        return [type, loss, printed[^1]];
    }

    private static void InModes(Action<bool, string> action)
    {
        action(false, "in evaluation");
        action(true, "in training");
    }

    private Module Made(DType dtype, bool training) => subject.Make(options.Seed).To(dtype).Train(training);

    private bool HasGradient(int input) =>
        subject.Inputs[input].DType.IsFloatingPoint() && !options.WithoutGradient.Contains(input);

    /// <summary>Outputs of a call, and the gradients of inputs and parameters of their sum with fixed weights.</summary>
    private (List<Tensor> Outputs, List<(string Name, Tensor? Gradient)> Gradients) Differentiate(Module module, Tensor[] inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (HasGradient(i))
            {
                inputs[i] = inputs[i].Detach();
                inputs[i].RequiresGrad = true;
            }
        }

        List<Tensor> outputs = subject.Call(module, inputs);
        Tensor[] roots = [.. outputs.Where(static y => y.RequiresGrad)];
        List<(string Name, Tensor Source)> sources =
        [
            .. inputs.Select(static (x, i) => ($"input {i}", x)).Where(static pair => pair.x.RequiresGrad),
            .. module.NamedParameters().Where(static p => p.Parameter.RequiresGrad)
                .Select(static p => ($"the parameter {p.Name}", (Tensor)p.Parameter)),
        ];
        Tensor?[] gradients = roots.Length == 0 || sources.Count == 0
            ? new Tensor?[sources.Count]
            : Autograd.GradOrNull(roots, [.. sources.Select(static s => s.Source)], [.. roots.Select(Weights)]);
        return (outputs, [.. sources.Zip(gradients).Select(static pair => (pair.First.Name, pair.Second))]);
    }

    /// <summary>Fixed numbers of both signs, not the same anywhere: cos 0, cos 1 …</summary>
    private static Tensor Weights(Tensor output) =>
        Tensor.From([.. Enumerable.Range(0, (int)output.Count).Select(static i => Math.Cos(i))], output.Shape).To(output.DType);

    private static void Compare(
        List<Tensor> expected, List<Tensor> actual, double relative, double absolute, string when, string other)
    {
        if (expected.Count != actual.Count)
        {
            throw new CheckException($"{when}, there are {actual.Count} outputs {other}, not {expected.Count}");
        }

        for (int i = 0; i < expected.Count; i++)
        {
            TensorAssert.CloseInNorm(expected[i], actual[i], relative, absolute, $"{when}, output {i} {other}");
        }
    }

    private static void Compare(
        List<(string Name, Tensor? Gradient)> expected, List<(string Name, Tensor? Gradient)> actual, double relative, double absolute,
        string when, string other)
    {
        foreach (((string name, Tensor? wanted), (_, Tensor? own)) in expected.Zip(actual))
        {
            if (wanted is null != own is null)
            {
                throw new CheckException($"{when}, {name} gets {(own is null ? "no" : "a")} gradient {other}");
            }

            if (wanted is not null)
            {
                TensorAssert.CloseInNorm(wanted, own!, relative, absolute, $"{when}, the gradient of {name} {other}");
            }
        }
    }

    private static bool AreSame(List<Tensor> first, List<Tensor> second) =>
        first.Count == second.Count
        && first.Zip(second).All(static pair => TensorDifference.Elementwise(pair.First, pair.Second, 0, 0).IsClose);

    private static void RequireSame(List<Tensor> expected, List<Tensor> actual, string what) =>
        Compare(expected, actual, 0, 0, what, "is compared bit for bit");
}
