using System.Globalization;
using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Serialization;

namespace DeepLearning.Training;

public abstract partial class TrainingRun
{
    private const string Format = "deeplearning.checkpoint", Version = "2";

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
}
