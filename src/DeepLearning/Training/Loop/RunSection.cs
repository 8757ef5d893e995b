using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>What a checkpoint keeps of the run itself: its section "run".</summary>
internal sealed class RunSection(TrainingRun run)
{
    private const string MetricPrefix = "metrics.";

    public OrderedDictionary<string, Tensor> Write()
    {
        RunState own = run.State;
        OrderedDictionary<string, Tensor> state = new()
        {
            ["position"] = Tensor.From([own.Epoch, own.Batch, own.Steps, (long)own.Phase, own.Gradients.Batches]),
            ["tally"] = Tensor.From(own.Tally.State),
            ["group"] = Tensor.From(own.Gradients.State),
            ["figures"] = Tensor.From(own.TrainingFigures),
            ["generators"] = Tensor.Stack([.. AllGenerators().Select(static g => ToTensor(g.State))]),
        };
        if (run.GradScaler is { } scaler)
        {
            state["grad_scaler"] = scaler.State;
        }

        if (own.Loaders.Training is { } training)
        {
            state["training_loader"] = training.ToTensor();
        }

        if (own.Loaders.Validation is { } validation)
        {
            state["validation_loader"] = validation.ToTensor();
        }

        foreach ((string key, Metric metric) in MetricKeys().Zip(run.Metrics))
        {
            state[key] = metric.State;
        }

        foreach ((string key, Tensor parameter) in own.Gradients.Batches > 0 ? GradientKeys() : [])
        {
            if (parameter.GradInternal is { } gradient)
            {
                state[key] = gradient;
            }
        }

        return state;
    }

    /// <summary>Makes sure that the section is one of such a run.</summary>
    public void Check(Dictionary<string, Tensor> state, int epochs, string path)
    {
        CheckMetricKeys(state, path);
        Require(state, "position", DType.Int64, [5], path);
        Require(state, "tally", DType.Float64, [6], path);
        Require(state, "group", DType.Float64, [3], path);
        Require(state, "generators", DType.Int64, [run.Generators.Count + 1, 3], path);
        foreach (string loader in (string[])["training_loader", "validation_loader"])
        {
            if (state.ContainsKey(loader))
            {
                Require(state, loader, DType.Int64, [5], path);
                if (state[loader].ToArray<long>()[1..].Any(static n => n is < 0 or > int.MaxValue))
                {
                    throw new InvalidDataException($"{path}: run.{loader} holds numbers that no loader has.");
                }
            }
        }

        CheckScaler(state, path);
        long[] position = state["position"].ToArray<long>();
        bool validating = position[3] == (long)TrainingPhase.Validation;
        if (position[0] != epochs || position[1] is < 0 or > int.MaxValue || position[2] < 0 || !(validating || position[3] == 0)
            || position[4] < 0 || position[4] >= run.AccumulateBatches || !Tally.IsState(state["tally"].ToArray<double>())
            || !GradientGroup.IsState(state["group"].ToArray<double>(), position[4]))
        {
            throw new InvalidDataException($"{path}: run.position, run.tally and run.group hold numbers that no run has.");
        }

        if (validating || epochs > 0)
        {
            Require(state, "figures", DType.Float64, [run.Metrics.Count + 1], path);
        }
        else
        {
            Require(state, "figures", DType.Float64, [0], path);
        }

        foreach ((string key, Metric metric) in MetricKeys().Zip(run.Metrics))
        {
            Tensor own = metric.State;
            Require(state, key, own.DType, own.Shape, path);
        }

        foreach ((string key, Tensor parameter) in GradientKeys().Where(gradient => state.ContainsKey(gradient.Key)))
        {
            Require(state, key, parameter.DType, parameter.Shape, path);
        }
    }

    private void CheckScaler(Dictionary<string, Tensor> state, string path)
    {
        if (state.ContainsKey("grad_scaler") == run.GradScaler is null)
        {
            throw new InvalidDataException(
                $"{path}: its run had {(run.GradScaler is null ? "a" : "no")} GradScaler, and this run has "
                + $"{(run.GradScaler is null ? "none" : "one")}; MixedPrecision and GradScaler must be those of the checkpoint's run.");
        }

        if (run.GradScaler is not null)
        {
            Require(state, "grad_scaler", DType.Float64, [2], path);
            if (!GradScaler.IsState(state["grad_scaler"]))
            {
                throw new InvalidDataException($"{path}: run.grad_scaler holds numbers that no scaler has.");
            }
        }
    }

    private void CheckMetricKeys(Dictionary<string, Tensor> state, string path)
    {
        string[] own = [.. MetricKeys()];
        string[] stored =
        [
            .. state.Keys.Where(static key => key.StartsWith(MetricPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        ];
        if (!stored.ToHashSet().SetEquals(own))
        {
            throw new InvalidDataException(
                $"{path}: its run had the metrics {Names(stored)}; this run has {Names(own)}. They must be the same, in the same order.");
        }

        static string Names(string[] keys) =>
            keys.Length == 0 ? "none" : string.Join(", ", keys.Select(static key => key[(key.IndexOf('.', MetricPrefix.Length) + 1)..]));
    }

    /// <summary>The states of the metrics.</summary>
    public Tensor[] Metrics(Dictionary<string, Tensor> state) => [.. MetricKeys().Select(key => state[key])];

    /// <summary>Takes over all but the metrics.</summary>
    public void Load(Dictionary<string, Tensor> state)
    {
        RunState own = run.State;
        long[] position = state["position"].ToArray<long>();
        (own.Epoch, own.Batch, own.Steps) = ((int)position[0], (int)position[1], position[2]);
        (own.Phase, own.Gradients.Batches) = ((TrainingPhase)position[3], (int)position[4]);
        own.Tally.State = state["tally"].ToArray<double>();
        own.Gradients.State = state["group"].ToArray<double>();
        own.TrainingFigures = state["figures"].ToArray<double>();
        if (run.GradScaler is { } scaler)
        {
            scaler.State = state["grad_scaler"];
        }

        long[] generators = state["generators"].ToArray<long>();
        own.Generators = [.. Enumerable.Range(0, generators.Length / 3).Select(i => ToGeneratorState(generators.AsSpan(3 * i, 3)))];
        own.Loaders.Training = state.TryGetValue("training_loader", out Tensor? training) ? LoaderPosition.From(training) : null;
        own.Loaders.Validation = state.TryGetValue("validation_loader", out Tensor? validation) ? LoaderPosition.From(validation) : null;
        run.Optimizer.ZeroGrad();
        foreach ((string key, Tensor parameter) in GradientKeys())
        {
            if (state.TryGetValue(key, out Tensor? gradient))
            {
                parameter.Grad = gradient;
            }
        }

        own.InBatch = false;
        own.IsLoaded = true;
    }

    private static void Require(Dictionary<string, Tensor> state, string key, DType dtype, Shape shape, string path)
    {
        if (!state.TryGetValue(key, out Tensor? tensor) || tensor.DType != dtype || tensor.Shape != shape)
        {
            throw new InvalidDataException(
                $"{path}: run.{key} is {(tensor is null ? "missing" : $"{tensor.DType.Name()}{tensor.Shape}")}; this run needs "
                + $"{dtype.Name()}{shape}. Generators and AccumulateBatches must be those of the checkpoint's run.");
        }
    }

    private IEnumerable<Generator> AllGenerators() => [Generator.Default, .. run.Generators];

    private IEnumerable<(string Key, Tensor Parameter)> GradientKeys() => run.Optimizer.ParameterGroups
        .SelectMany(static group => group.Parameters)
        .Select(static (parameter, i) => (FormattableString.Invariant($"gradients.{i}"), parameter));

    private IEnumerable<string> MetricKeys() =>
        run.Metrics.Select(static (metric, i) => FormattableString.Invariant($"{MetricPrefix}{i}.{metric.Name}"));

    private static Tensor ToTensor(GeneratorState state) =>
        Tensor.From([unchecked((long)state.Seed), unchecked((long)state.Stream), unchecked((long)state.Position)]);

    private static GeneratorState ToGeneratorState(ReadOnlySpan<long> numbers) =>
        new(unchecked((ulong)numbers[0]), unchecked((ulong)numbers[1]), unchecked((ulong)numbers[2]));
}
