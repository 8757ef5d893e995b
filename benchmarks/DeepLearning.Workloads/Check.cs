using System.Text.Json;
using DeepLearning.Layers;

namespace DeepLearning.Workloads;

/// <summary>What five steps from the reference's start gave.</summary>
internal sealed record CheckResult(string Workload, double[] Loss, IReadOnlyDictionary<string, double> GradientNorms)
{
    public string ToJson() => JsonSerializer.Serialize(
        new Dictionary<string, object>
        {
            ["workload"] = Workload,
            ["loss"] = Loss,
            ["gradient_norm_step_1"] = GradientNorms,
            ["peer"] = Race.Peer,
        });

    /// <summary>The largest relative difference from what the peer recorded in <c>reference.json</c>.</summary>
    public double DifferenceFrom(string referenceFile)
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(referenceFile));
        double worst = 0;
        int step = 0;
        foreach (JsonElement expected in reference.RootElement.GetProperty("loss").EnumerateArray())
        {
            worst = Math.Max(worst, Relative(Loss[step++], expected.GetDouble()));
        }

        foreach (JsonProperty norm in reference.RootElement.GetProperty("gradient_norm_step_1").EnumerateObject())
        {
            double own = GradientNorms.TryGetValue(norm.Name, out double value) ? value : double.NaN;
            worst = Math.Max(worst, Relative(own, norm.Value.GetDouble()));
        }

        return worst;
    }

    // A gradient that is zero but for rounding (a bias before a batch norm) is compared absolutely.
    private static double Relative(double own, double expected) =>
        double.IsNaN(own) ? double.PositiveInfinity : Math.Abs(own - expected) / Math.Max(Math.Abs(expected), 1e-3);
}

/// <summary>Starts a workload from the parameters, inputs and noise that <c>torch_workloads.py --reference</c> wrote.</summary>
internal static class Check
{
    private const int Steps = 5;

    public static CheckResult Run(string name, string folder)
    {
        string source = Path.Combine(folder, name);
        if (!Directory.Exists(source))
        {
            throw new DirectoryNotFoundException($"No reference for {name}: {source} is missing; write it with torch_workloads.py "
                + $"--reference {folder} {name}.");
        }

        Training training = Catalog.Trainings[name]();
        foreach ((string module, Module instance) in training.Modules)
        {
            Dictionary<string, Tensor> state = [];
            foreach (string key in instance.StateDict().Keys)
            {
                state[key] = Npy.Read(Path.Combine(source, $"{module}.{key}.npy"));
            }

            instance.LoadStateDict(state);
        }

        foreach ((string input, Tensor value) in training.Inputs)
        {
            value.CopyFrom(Npy.Read(Path.Combine(source, $"input.{input}.npy")));
        }

        double[] losses = new double[Steps];
        Dictionary<string, double> norms = [];
        for (int step = 0; step < Steps; step++)
        {
            List<Tensor> noise = [];
            while (File.Exists(NoiseFile(source, step, noise.Count)))
            {
                noise.Add(Npy.Read(NoiseFile(source, step, noise.Count)));
            }

            Noise.Give(noise);
            losses[step] = training.Step(read: true);
            if (step == 0)
            {
                foreach ((string module, Module instance) in training.Modules)
                {
                    foreach ((string key, Parameter parameter) in instance.NamedParameters())
                    {
                        double[] gradient = parameter.Grad?.ToArray<double>() ?? [];
                        norms[$"{module}.{key}"] = Math.Sqrt(gradient.Sum(static g => g * g));
                    }
                }
            }
        }

        Noise.Give(null);
        return new CheckResult(name, losses, norms);
    }

    private static string NoiseFile(string source, int step, int index) => Path.Combine(source, $"noise.{step}.{index}.npy");
}
