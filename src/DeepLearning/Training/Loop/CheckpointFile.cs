using System.Globalization;
using DeepLearning.Layers;
using DeepLearning.Serialization;

namespace DeepLearning.Training;

/// <summary>The checkpoint of a run: what is in its file, and when it is written.</summary>
internal sealed class CheckpointFile(TrainingRun run)
{
    private const string Format = "deeplearning.checkpoint", Version = "2";

    /// <summary>Writes everything the run needs to go on.</summary>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (run.State.InBatch)
        {
            throw new InvalidOperationException("SaveCheckpoint: a batch is running; save between batches, or at the end of an epoch.");
        }

        run.Figures.Unread.Read();
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        CheckpointSections sections = new();
        sections.Add("model", run.Model.StateDict());
        sections.Add("optimizer", run.Optimizer.StateDict());
        sections.Add("schedule", run.Step.Scheduler?.StateDict() ?? []);
        sections.Add("run", new RunSection(run).Write());
        sections.Add("history", HistoryState.Of(run.History));
        foreach ((string name, TrainingCallback callback) in run.CallbackList.Named())
        {
            sections.Add(name, callback.StateDict());
        }

        Safetensors.Save(path, sections.Tensors, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["version"] = Version,
            ["epoch"] = run.Epoch.ToString(CultureInfo.InvariantCulture),
            ["batch"] = run.Batch.ToString(CultureInfo.InvariantCulture),
            ["model"] = run.Model.GetType().Name,
            ["optimizer"] = run.Optimizer.GetType().Name,
        });
        run.CallbackList.CheckpointSaved(path);
    }

    /// <summary>Takes over a file; when it does not fit, nothing is changed.</summary>
    public void Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        run.CheckIdle(nameof(TrainingRun.LoadCheckpoint));
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        CheckpointSections sections = CheckpointSections.Read(path, Format, Version);
        Dictionary<string, Tensor> model = sections.Take("model"), optimizer = sections.Take("optimizer");
        Dictionary<string, Tensor> schedule = sections.Take("schedule"), own = sections.Take("run");
        IReadOnlyList<EpochRecord> history =
            HistoryState.Read(sections.Take("history"), [.. run.Figures.Names(withValidation: true)], path);
        RunSection section = new(run);
        try
        {
            run.Model.CheckStateDict(model, nameof(TrainingRun.LoadCheckpoint));
            run.Optimizer.CheckStateDict(optimizer);
            section.Check(own, history.Count, path);
            CheckSchedule(schedule, path);
            run.Step.Scheduler?.Check(schedule);
            LoadMetricsAndCallbacks(section.Metrics(own), sections);
        }
        catch (ArgumentException e)
        {
            throw new StateDictException($"The checkpoint {path} does not fit. {e.Message}", e);
        }

        run.Model.LoadStateDict(model);
        run.Optimizer.LoadStateDict(optimizer);
        run.Step.Scheduler?.LoadStateDict(schedule);
        section.Load(own);
        run.History.Replace(history);
    }

    /// <summary>Finds out now, not after an epoch of work, that the file cannot be there.</summary>
    public void Prepare()
    {
        if (run.Checkpoints is { } settings)
        {
            AtomicFile.MakeFolder(settings.Path);
        }
    }

    /// <summary>Saves if it is time to, between two batches.</summary>
    public void SaveAfterBatch()
    {
        if (run.Checkpoints is { EveryBatches: { } every } settings && run.Batch % every == 0)
        {
            Save(settings.Path);
        }
    }

    /// <summary>Saves if it is time to, when an epoch has ended.</summary>
    public void SaveAfterEpoch()
    {
        if (run.Checkpoints is { } settings
            && (run.Epoch % settings.EveryEpochs == 0 || run.Epoch == run.Epochs || run.StopReason is not null))
        {
            Save(settings.Path);
        }
    }

    /// <summary>Saves the checkpoint of a training that ends early.</summary>
    /// <returns>What to tell the user.</returns>
    public string SaveOnExit()
    {
        string where = $"The training ended in epoch {run.Epoch + 1} after {run.Batch} batches";
        if (run.Checkpoints is null)
        {
            return $"{where}; it has no checkpoint (Checkpoints is not set).";
        }

        if (run.State.InBatch)
        {
            return $"{where}, in the middle of the next; the checkpoint {run.Checkpoints.Path} was left as it was.";
        }

        Save(run.Checkpoints.Path);
        return $"{where}; the checkpoint {run.Checkpoints.Path} has everything: TryResume and Fit go on from there.";
    }

    private void CheckSchedule(Dictionary<string, Tensor> state, string path)
    {
        if ((state.Count > 0) != (run.Schedule is not null))
        {
            throw new InvalidDataException(run.Schedule is null
                ? $"{path}: its run had a Schedule, this run has none; without it the learning rate would stay where it is."
                : $"{path}: its run had no Schedule, this run has one. For a new run that begins with the checkpoint's weights, use "
                    + "Model.Load(path, prefix: \"model.\").");
        }
    }

    /// <summary>Sets metrics and callbacks, which cannot be asked beforehand; when one refuses, all are set back.</summary>
    private void LoadMetricsAndCallbacks(Tensor[] metrics, CheckpointSections sections)
    {
        Tensor[] counted = [.. run.Metrics.Select(static metric => metric.State)];
        (TrainingCallback Callback, OrderedDictionary<string, Tensor> State)[] before =
            [.. run.Callbacks.Select(static callback => (callback, callback.StateDict()))];
        try
        {
            LoadMetrics(metrics);
            foreach ((string name, TrainingCallback callback) in run.CallbackList.Named())
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
            run.Metrics[m].State = states[m];
        }
    }
}
