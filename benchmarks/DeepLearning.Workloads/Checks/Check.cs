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

    /// <summary>By how much it differs from what the peer recorded.</summary>
    /// <param name="reference">The peer's record: a <c>reference.json</c>, or one of <c>peers/recorded</c>.</param>
    public Deviation From(JsonElement reference)
    {
        double[] expected = [.. reference.GetProperty("loss").EnumerateArray().Select(static l => l.GetDouble())];
        double[] losses = [.. expected.Zip(Loss, static (theirs, own) => Relative(own, theirs))];
        double norms = 0;
        foreach (JsonProperty norm in reference.GetProperty("gradient_norm_step_1").EnumerateObject())
        {
            norms = Math.Max(norms, Relative(GradientNorms.GetValueOrDefault(norm.Name, double.NaN), norm.Value.GetDouble()));
        }

        return new Deviation(Workload, losses[..3].Max(), losses[^1], norms);
    }

    // A gradient that is zero but for rounding (a bias before a batch norm) is compared absolutely.
    private static double Relative(double own, double expected) =>
        double.IsFinite(own) ? Math.Abs(own - expected) / Math.Max(Math.Abs(expected), 1e-3) : double.PositiveInfinity;
}

/// <summary>The largest relative differences from the peer's record.</summary>
/// <param name="Workload">The workload's name.</param>
/// <param name="FirstLosses">Of the losses of steps 1 to 3.</param>
/// <param name="LastLoss">Of the loss of step 5.</param>
/// <param name="GradientNorms">Of the norms of the first gradients.</param>
internal sealed record Deviation(string Workload, double FirstLosses, double LastLoss, double GradientNorms)
{
    /// <summary>What two orders of float32 additions may differ by.</summary>
    private const double Rounding = 1e-4;

    /// <summary>
    /// Two workloads amplify rounding, by rectifiers at their kinks under batch normalization and by Adam's first step, which takes the
    /// sign of gradients that are next to nothing. PyTorch without its oneDNN differs from itself by 1.3e-3, 1.5e-2 and 2.3e-3 in resnet20
    /// and by 2e-5, 3e-5 and 2.4e-4 in dcgan; gradients of resnet20 are 5e-4 away from float64's on either side.
    /// </summary>
    private (double FirstLosses, double LastLoss, double GradientNorms) Bars => Workload switch
    {
        "resnet20" => (3e-3, 5e-2, 5e-3),
        "dcgan" => (1e-3, 2e-3, 5e-3),
        _ => (Rounding, Rounding, Rounding),
    };

    public bool IsSameWork => FirstLosses <= Bars.FirstLosses && LastLoss <= Bars.LastLoss && GradientNorms <= Bars.GradientNorms;

    public override string ToString() => FormattableString.Invariant(
        $"{FirstLosses:0.0e0} / {LastLoss:0.0e0} / {GradientNorms:0.0e0}{(IsSameWork ? "" : " DIFFERS")}");
}

/// <summary>Starts a workload from a reference's parameters, inputs and noise, and takes five steps.</summary>
internal static class Check
{
    private const int Steps = 5;

    public static CheckResult Run(string name, Start start)
    {
        Training training = Catalog.Trainings[name]();
        foreach ((string module, Module instance) in training.Modules)
        {
            Dictionary<string, Tensor> state = [];
            HashSet<string> parameters = [.. instance.NamedParameters().Select(static p => p.Name)];
            foreach ((string key, Tensor own) in instance.StateDict())
            {
                state[key] = start.State($"{module}.{key}", own, parameters.Contains(key));
            }

            instance.LoadStateDict(state);
        }

        foreach ((string input, Tensor value) in training.Inputs)
        {
            value.CopyFrom(start.Input(input, value));
        }

        double[] losses = new double[Steps];
        Dictionary<string, double> norms = [];
        try
        {
            for (int step = 0; step < Steps; step++)
            {
                int at = step, drawn = 0;
                Noise.From(shape => start.Noise(at, drawn++, shape));
                losses[step] = training.Step(read: true);
                if (step == 0)
                {
                    AddNorms(training, norms);
                }
            }
        }
        finally
        {
            Noise.From(null);
        }

        return new CheckResult(name, losses, norms);
    }

    private static void AddNorms(Training training, Dictionary<string, double> norms)
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
