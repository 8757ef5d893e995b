using System.Globalization;
using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Serialization;

namespace DeepLearning.Training;

public abstract partial class TrainingRun
{
    private const string Format = "deeplearning.checkpoint", Version = "1", MetricPrefix = "metrics.";

    /// <summary>
    /// Writes everything the run needs to go on bit for bit: model, optimizer, schedule, random generators, the position in the data,
    /// figures and callbacks. The file is a safetensors file with keys such as <c>model.fc1.weight</c> and replaces an older one in one
    /// piece.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written; an older file is still there.</exception>
    /// <exception cref="InvalidOperationException">A batch is running.</exception>
    public void SaveCheckpoint(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (_inBatch)
        {
            throw new InvalidOperationException("SaveCheckpoint: a batch is running; save between batches, or at the end of an epoch.");
        }

        using TensorScope.Suspension suspension = TensorScope.Suspend();
        CheckpointSections sections = new();
        sections.Add("model", Model.StateDict());
        sections.Add("optimizer", Optimizer.StateDict());
        sections.Add("schedule", Scheduler?.StateDict() ?? []);
        sections.Add("run", RunState());
        sections.Add("history", HistoryState.Of(History));
        foreach ((string name, TrainingCallback callback) in NamedCallbacks())
        {
            sections.Add(name, callback.StateDict());
        }

        Safetensors.Save(path, sections.Tensors, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["version"] = Version,
            ["epoch"] = Epoch.ToString(CultureInfo.InvariantCulture),
            ["batch"] = Batch.ToString(CultureInfo.InvariantCulture),
            ["model"] = Model.GetType().Name,
            ["optimizer"] = Optimizer.GetType().Name,
        });
        foreach (TrainingCallback callback in Callbacks)
        {
            callback.CheckpointSaved(this, path);
        }
    }

    /// <summary>
    /// Takes over a checkpoint of a run with the same model, optimizer, metrics and callbacks. The next fit, over the same data, goes on
    /// where it was made and gives the same bits as if it had never been interrupted. Random generators are set when that fit begins.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="SafetensorsException">The file is damaged; nothing was changed.</exception>
    /// <exception cref="InvalidDataException">It is not a checkpoint, or of another kind of run; nothing was changed.</exception>
    /// <exception cref="StateDictException">
    /// It is of another model or optimizer; keys that are missing, unexpected or of another shape are listed, and nothing was changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">A fit is under way.</exception>
    public void LoadCheckpoint(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        CheckIdle(nameof(LoadCheckpoint));
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        CheckpointSections sections = CheckpointSections.Read(path, Format, Version);
        Dictionary<string, Tensor> model = sections.Take("model"), optimizer = sections.Take("optimizer");
        Dictionary<string, Tensor> schedule = sections.Take("schedule"), run = sections.Take("run");
        IReadOnlyList<EpochRecord> history = HistoryState.Read(sections.Take("history"), FigureOrder(withValidation: true), path);
        try
        {
            Model.CheckStateDict(model, nameof(LoadCheckpoint));
            Optimizer.CheckStateDict(optimizer);
            CheckRunState(run, history.Count, path);
            CheckSchedule(schedule, path);
            Scheduler?.Check(schedule);
            LoadMetricsAndCallbacks(run, sections);
        }
        catch (ArgumentException e)
        {
            throw new StateDictException($"The checkpoint {path} does not fit. {e.Message}", e);
        }

        Model.LoadStateDict(model);
        Optimizer.LoadStateDict(optimizer);
        Scheduler?.LoadStateDict(schedule);
        LoadRunState(run);
        History.Replace(history);
    }

    /// <summary>
    /// Loads the checkpoint of <see cref="Checkpoints"/> if it is there, so that the same program starts and resumes a run.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Checkpoints"/> is not set.</exception>
    /// <exception cref="SafetensorsException">The file is damaged; nothing was changed.</exception>
    /// <exception cref="InvalidDataException">It is not a checkpoint, or of another kind of run; nothing was changed.</exception>
    /// <exception cref="StateDictException">It is of another model or optimizer; nothing was changed.</exception>
    public bool TryResume()
    {
        string path = Checkpoints?.Path
            ?? throw new InvalidOperationException("TryResume: set Checkpoints to say where the checkpoint is.");
        if (!File.Exists(path))
        {
            return false;
        }

        LoadCheckpoint(path);
        return true;
    }

    /// <summary>Finds out now, not after an epoch of work, that the file cannot be there.</summary>
    private protected void PrepareCheckpoints()
    {
        if (Checkpoints is { } settings)
        {
            AtomicFile.MakeFolder(settings.Path);
        }
    }

    private protected void SaveAfterBatch()
    {
        if (Checkpoints is { EveryBatches: { } every } settings && Batch % every == 0)
        {
            SaveCheckpoint(settings.Path);
        }
    }

    private protected void SaveAfterEpoch()
    {
        if (Checkpoints is { } settings && (Epoch % settings.EveryEpochs == 0 || Epoch == Epochs || StopReason is not null))
        {
            SaveCheckpoint(settings.Path);
        }
    }

    /// <summary>Saves the checkpoint of a training that ends early.</summary>
    /// <returns>What to tell the user.</returns>
    private protected string SaveOnExit()
    {
        string where = $"The training ended in epoch {Epoch + 1} after {Batch} batches";
        if (Checkpoints is null)
        {
            return $"{where}; it has no checkpoint (Checkpoints is not set).";
        }

        if (_inBatch)
        {
            return $"{where}, in the middle of the next; the checkpoint {Checkpoints.Path} was left as it was.";
        }

        SaveCheckpoint(Checkpoints.Path);
        return $"{where}; the checkpoint {Checkpoints.Path} has everything: TryResume and Fit go on from there.";
    }

    private IEnumerable<(string Name, TrainingCallback Callback)> NamedCallbacks() => Callbacks
        .GroupBy(static callback => callback.GetType().Name)
        .SelectMany(static same => same.Select((callback, i) =>
            (FormattableString.Invariant($"callbacks.{same.Key}{(i == 0 ? "" : $"_{i}")}"), callback)));

    private OrderedDictionary<string, Tensor> RunState()
    {
        OrderedDictionary<string, Tensor> state = new()
        {
            ["position"] = Tensor.From([Epoch, Batch, Steps, (long)Phase, Accumulated]),
            ["tally"] = Tensor.From(Tally.State),
            ["figures"] = Tensor.From(TrainingFigures),
            ["generators"] = Tensor.Stack([.. AllGenerators().Select(static g => ToTensor(g.State))]),
        };
        if (_training is not null)
        {
            state["training_loader"] = _training.ToTensor();
        }

        if (_validation is not null)
        {
            state["validation_loader"] = _validation.ToTensor();
        }

        foreach ((string key, Metric metric) in MetricKeys().Zip(Metrics))
        {
            state[key] = metric.State;
        }

        foreach ((string key, Tensor parameter) in Accumulated > 0 ? GradientKeys() : [])
        {
            if (parameter.GradInternal is { } gradient)
            {
                state[key] = gradient;
            }
        }

        return state;
    }

    private void CheckSchedule(Dictionary<string, Tensor> state, string path)
    {
        if ((state.Count > 0) != (Schedule is not null))
        {
            throw new InvalidDataException(Schedule is null
                ? $"{path}: its run had a Schedule, this run has none; without it the learning rate would stay where it is."
                : $"{path}: its run had no Schedule, this run has one. For a new run that begins with the checkpoint's weights, use "
                    + "Model.Load(path, prefix: \"model.\").");
        }
    }

    /// <summary>Sets metrics and callbacks, which cannot be asked beforehand; when one refuses, all are set back.</summary>
    private void LoadMetricsAndCallbacks(Dictionary<string, Tensor> run, CheckpointSections sections)
    {
        Tensor[] counted = [.. Metrics.Select(static metric => metric.State)];
        (TrainingCallback Callback, OrderedDictionary<string, Tensor> State)[] before =
            [.. Callbacks.Select(static callback => (callback, callback.StateDict()))];
        try
        {
            LoadMetrics([.. MetricKeys().Select(key => run[key])]);
            foreach ((string name, TrainingCallback callback) in NamedCallbacks())
            {
                callback.LoadStateDict(sections.Take(name));
            }
        }
        catch
        {
            LoadMetrics(counted);
            foreach ((TrainingCallback callback, OrderedDictionary<string, Tensor> state) in before)
            {
                callback.LoadStateDict(state);
            }

            throw;
        }
    }

    private void LoadMetrics(Tensor[] states)
    {
        for (int m = 0; m < states.Length; m++)
        {
            Metrics[m].State = states[m];
        }
    }

    private void CheckRunState(Dictionary<string, Tensor> state, int epochs, string path)
    {
        CheckMetricKeys(state, path);
        Require(state, "position", DType.Int64, [5], path);
        Require(state, "tally", DType.Float64, [5], path);
        Require(state, "generators", DType.Int64, [Generators.Count + 1, 3], path);
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

        long[] position = state["position"].ToArray<long>();
        bool validating = position[3] == (long)TrainingPhase.Validation;
        if (position[0] != epochs || position[1] is < 0 or > int.MaxValue || position[2] < 0 || !(validating || position[3] == 0)
            || position[4] < 0 || position[4] >= AccumulateBatches || !Tally.IsState(state["tally"].ToArray<double>()))
        {
            throw new InvalidDataException($"{path}: run.position and run.tally hold numbers that no run has.");
        }

        if (validating || epochs > 0)
        {
            Require(state, "figures", DType.Float64, [Metrics.Count + 1], path);
        }
        else
        {
            Require(state, "figures", DType.Float64, [0], path);
        }

        foreach ((string key, Metric metric) in MetricKeys().Zip(Metrics))
        {
            Tensor own = metric.State;
            Require(state, key, own.DType, own.Shape, path);
        }

        foreach ((string key, Tensor parameter) in GradientKeys().Where(gradient => state.ContainsKey(gradient.Key)))
        {
            Require(state, key, parameter.DType, parameter.Shape, path);
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

    private void LoadRunState(Dictionary<string, Tensor> state)
    {
        long[] position = state["position"].ToArray<long>();
        (Epoch, Batch, Steps) = ((int)position[0], (int)position[1], position[2]);
        (Phase, Accumulated) = ((TrainingPhase)position[3], (int)position[4]);
        Tally.State = state["tally"].ToArray<double>();
        TrainingFigures = state["figures"].ToArray<double>();
        long[] generators = state["generators"].ToArray<long>();
        _generators = [.. Enumerable.Range(0, generators.Length / 3).Select(i => ToGeneratorState(generators.AsSpan(3 * i, 3)))];
        _training = state.TryGetValue("training_loader", out Tensor? training) ? LoaderPosition.From(training) : null;
        _validation = state.TryGetValue("validation_loader", out Tensor? validation) ? LoaderPosition.From(validation) : null;
        Optimizer.ZeroGrad();
        foreach ((string key, Tensor parameter) in GradientKeys())
        {
            if (state.TryGetValue(key, out Tensor? gradient))
            {
                parameter.Grad = gradient;
            }
        }

        _inBatch = false;
        _loaded = true;
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

    private IEnumerable<Generator> AllGenerators() => [Generator.Default, .. Generators];

    private IEnumerable<(string Key, Tensor Parameter)> GradientKeys() => Optimizer.ParameterGroups
        .SelectMany(static group => group.Parameters)
        .Select(static (parameter, i) => (FormattableString.Invariant($"gradients.{i}"), parameter));

    private IEnumerable<string> MetricKeys() =>
        Metrics.Select(static (metric, i) => FormattableString.Invariant($"{MetricPrefix}{i}.{metric.Name}"));

    private static Tensor ToTensor(GeneratorState state) =>
        Tensor.From([unchecked((long)state.Seed), unchecked((long)state.Stream), unchecked((long)state.Position)]);

    private static GeneratorState ToGeneratorState(ReadOnlySpan<long> numbers) =>
        new(unchecked((ulong)numbers[0]), unchecked((ulong)numbers[1]), unchecked((ulong)numbers[2]));
}
