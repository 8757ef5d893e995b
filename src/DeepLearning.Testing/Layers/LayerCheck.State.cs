using System.Globalization;
using DeepLearning.Layers;

namespace DeepLearning.Testing;

/// <summary>Saving and loading, types, printing.</summary>
internal sealed partial class LayerCheck
{
    private void SaveAndLoad()
    {
        Tensor[] inputs = subject.InputsIn(DType.Float32);
        Module original = Made(DType.Float32, training: true);
        Perturb(original);
        subject.Call(original, inputs);
        Module loaded = subject.Make(options.Seed + 1).To(DType.Float32);
        loaded.LoadStateDict(original.StateDict());
        GoesOn("a layer that loaded its state dictionary", loaded);

        string path = Path.Combine(Path.GetTempPath(), $"check-layer-{Guid.NewGuid():N}.safetensors");
        try
        {
            // Again from the same point: the calls above have moved the buffers on.
            original.Save(path);
            Module read = subject.Make(options.Seed + 2).To(DType.Float32);
            read.Load(path);
            GoesOn("a layer that loaded its file", read);
        }
        finally
        {
            File.Delete(path);
        }

        void GoesOn(string what, Module copy)
        {
            string[] keys = [.. original.StateDict().Keys], own = [.. copy.StateDict().Keys];
            if (!keys.SequenceEqual(own))
            {
                throw new CheckException($"{what} has the keys {string.Join(", ", own)}, not {string.Join(", ", keys)}");
            }

            foreach (bool training in (bool[])[false, true, false])
            {
                string mode = training ? "training" : "evaluation";
                RequireSame(
                    subject.Call(original.Train(training), inputs), subject.Call(copy.Train(training), inputs), $"in {mode}, {what}");
            }
        }
    }

    /// <summary>
    /// Moves parameters and buffers from where every layer of this kind starts; not those buffers that are not saved, which are what the
    /// constructor makes of its arguments.
    /// </summary>
    private static void Perturb(Module module)
    {
        Generator generator = new(9);
        using GradMode.Region region = GradMode.NoGrad();
        HashSet<string> saved = [.. module.StateDict().Keys];
        IEnumerable<Tensor> buffers = module.NamedBuffers().Where(b => saved.Contains(b.Name)).Select(static b => b.Buffer);
        foreach (Tensor tensor in module.Parameters().Concat(buffers))
        {
            if (tensor.DType.IsFloatingPoint())
            {
                Tensor factor = Tensor.Uniform(0.9, 1.1, tensor.Shape, tensor.DType, generator);
                tensor.CopyFrom((tensor * factor) + (Tensor.Rand(tensor.Shape, tensor.DType, generator) * 0.01));
            }
        }
    }

    private void DTypesAgree() =>
        InModes((training, when) =>
        {
            bool isRandom = !AreSame(
                subject.Call(Made(DType.Float64, training), subject.InputsIn(DType.Float64), draws: 1),
                subject.Call(Made(DType.Float64, training), subject.InputsIn(DType.Float64), draws: 2));
            foreach (DType dtype in options.DTypes)
            {
                double tolerance = options.ToleranceOf(dtype);
                // The same numbers in float64: those that the narrow type holds.
                Tensor[] inputs = subject.InputsIn(dtype);
                Tensor[] wide = [.. inputs.Select(static x => x.DType.IsFloatingPoint() ? x.To(DType.Float64) : x)];
                (List<Tensor> expected, List<(string, Tensor? Gradient)> expectedGradients) =
                    Differentiate(Made(dtype, training).To(DType.Float64), wide);
                (List<Tensor> actual, List<(string Name, Tensor? Gradient)> gradients) = Differentiate(Made(dtype, training), inputs);
                RequireType(expected, actual, gradients, dtype, when);
                if (!isRandom)
                {
                    string other = $"in {dtype.Name()}, compared with float64,";
                    Compare(expected, Widened(actual), tolerance, tolerance / 10, when, other);
                    Compare(
                        expectedGradients, [.. gradients.Select(static g => (g.Name, g.Gradient?.To(DType.Float64)))], 4 * tolerance,
                        tolerance / 10, when, other);
                }
            }
        });

    private static List<Tensor> Widened(List<Tensor> tensors) =>
        [.. tensors.Select(static y => y.DType.IsFloatingPoint() ? y.To(DType.Float64) : y)];

    private static void RequireType(
        List<Tensor> expected, List<Tensor> actual, List<(string Name, Tensor? Gradient)> gradients, DType dtype, string when)
    {
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            if (expected[i].DType == DType.Float64 && actual[i].DType != dtype)
            {
                throw new CheckException($"{when}, output {i} of {dtype.Name()} is {actual[i].DType.Name()}");
            }

            TensorAssert.Finite(actual[i], $"{when}, output {i} in {dtype.Name()}");
        }

        foreach ((string name, Tensor? gradient) in gradients)
        {
            if (gradient is not null && gradient.DType != dtype)
            {
                throw new CheckException($"{when}, the gradient of {name} in {dtype.Name()} is {gradient.DType.Name()}");
            }
        }
    }

    private void Conversion()
    {
        Module module = subject.Make(options.Seed).To(DType.Float32);
        LayerState before = LayerState.Of(module);
        Tensor[] objects = [.. module.Parameters(), .. module.Buffers()];
        bool[] floats = [.. objects.Select(static x => x.DType.IsFloatingPoint())];
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            module.To(dtype);
            Tensor[] now = [.. module.Parameters(), .. module.Buffers()];
            if (!now.SequenceEqual(objects, ReferenceEqualityComparer.Instance))
            {
                throw new CheckException(
                    $"To({dtype}) replaces a parameter or a buffer by another object, which an optimizer would not see");
            }

            int wrong = Array.FindIndex(now, x => floats[Array.IndexOf(now, x)] && x.DType != dtype);
            if (wrong >= 0)
            {
                throw new CheckException($"To({dtype}) leaves a parameter or buffer {now[wrong].Shape} in {now[wrong].DType.Name()}");
            }

            List<Tensor> outputs = subject.Call(module.Eval(), subject.InputsIn(dtype));
            int other = outputs.FindIndex(y => y.DType.IsFloatingPoint() && y.DType != dtype);
            if (other >= 0)
            {
                throw new CheckException(
                    $"after To({dtype}), output {other} is {outputs[other].DType.Name()}: a tensor that is no parameter and no buffer "
                        + "does not follow");
            }
        }

        before.RequireAll(module.Train(), "by To(Float64) and back");
    }

    private void Printing()
    {
        Module module = subject.Make(options.Seed);
        string text = module.ToString(), kind = module.GetType().Name.Split('`')[0];
        if (!text.Contains(kind, StringComparison.Ordinal))
        {
            throw new CheckException($"the text '{text}' does not name the type, {kind}");
        }

        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            string other = module.ToString();
            if (other != text)
            {
                throw new CheckException($"the text is '{text}', and '{other}' in the culture de-DE");
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        if (text.Contains("System.", StringComparison.Ordinal))
        {
            throw new CheckException($"the text '{text}' shows the name of a .NET type");
        }
    }
}
