using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Schedules;

namespace DeepLearning.Training;

// What goes wrong in silence, said in words.
public abstract partial class TrainingRun
{
    /// <summary>The share of a run that a schedule may be shorter.</summary>
    private const double MissingShare = 0.1;

    private const int SchedulePoints = 100;

    private readonly List<string> _warnings = [];
    private IProgress<TrainingProgress>? _view;
    private bool _recordIsChecked;

    /// <summary>
    /// What fits found that is allowed but hardly meant, such as a schedule that ends long before the run. Each is told once: to callbacks
    /// (<see cref="TrainingCallback.Warned"/>), and on the console unless <see cref="PrintProgress"/> is off.
    /// </summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>
    /// Whether a fit writes its progress to the console, when it is given no view of its own: a line an epoch, and one every ten seconds
    /// within a longer epoch. On by default.
    /// </summary>
    public bool PrintProgress { get; init; } = true;

    /// <summary>The view of a fit that is given this one; null for none.</summary>
    private protected IProgress<TrainingProgress>? OpenView(IProgress<TrainingProgress>? given)
    {
        _recordIsChecked = false;
        return _view = given ?? (PrintProgress ? new PlainProgress(Console.Out) : null);
    }

    /// <summary>Says why a fit ended early.</summary>
    private protected void TellStop()
    {
        if (StopReason is { } reason && _view is PlainProgress view)
        {
            view.WriteLine($"Stopped: {reason}");
        }
    }

    private protected void WarnOfNothingToDo(int epochs, bool isResumed)
    {
        if (epochs == 0 || Epoch < epochs)
        {
            return;
        }

        if (isResumed)
        {
            (_view as PlainProgress)?.WriteLine($"The run of the checkpoint has its {Epoch} epochs already.");
            return;
        }

        Warn($"Fit: the run has {Epoch} epochs already, so that {epochs} leave nothing to train: epochs counts those of earlier fits, "
            + $"too. For {epochs} more give {Epoch + epochs}.");
    }

    /// <summary>Warns of a schedule that has come to its end long before the run does, most often one in epochs that counts
    /// steps.</summary>
    private protected void WarnOfSchedule<TBatch>(IDataLoader<TBatch> loader)
    {
        bool inSteps = ScheduleUnit == ScheduleUnit.Step;
        long planned = inSteps
            ? (long)Epochs * ((loader.Count + AccumulateBatches - 1) / AccumulateBatches)
            : Epochs;
        if (Schedule is null || EndOf(Schedule, planned) is not { } end || planned - end <= Math.Max(1, planned * MissingShare))
        {
            return;
        }

        string unit = inSteps ? "steps" : "epochs";
        Warn($"Schedule: {Schedule} ends after {end} of the run's {planned} {unit}; the learning rate then stays at "
            + FormattableString.Invariant($"{Schedule.Factor(planned - 1):G4} times its value for the other {planned - end}. ")
            + (inSteps && Epochs < planned
                ? $"A step is one of the optimizer: give the schedule {planned} of them, or set "
                    + "ScheduleUnit = ScheduleUnit.Epoch to count epochs."
                : $"Give it all {planned} {unit}."));
    }

    /// <summary>
    /// Looks at what the first loss of a fit was computed from: parameters that were made meanwhile are new in each batch and never learn.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="made">The parameters made in this process before the model ran.</param>
    /// <exception cref="InvalidOperationException">The model made a parameter while it ran.</exception>
    private protected void CheckRecord(Tensor loss, long made)
    {
        if (_recordIsChecked)
        {
            return;
        }

        _recordIsChecked = true;
        HashSet<Tensor> trained = Set(Optimizer.ParameterGroups.SelectMany(static group => group.Parameters));
        Parameter[] others = [.. Autograd.Leaves(loss, []).OfType<Parameter>().Where(leaf => !trained.Contains(leaf))];
        if (others.Length == 0)
        {
            return;
        }

        HashSet<Tensor> own = Set(Model.Parameters());
        if (Array.Find(others, parameter => parameter.Number > made) is { } late)
        {
            throw new InvalidOperationException(own.Contains(late)
                ? $"Trainer: the parameter {NameOf(late)} {late.Shape} was made while the model ran, after the optimizer, "
                    + "which does not know it and would never train it. Make layers in the constructor, or run the model once before the "
                    + "optimizer is made."
                : $"Trainer: a parameter {late.Shape} was made while the model ran and belongs to none of its fields: a layer made inside "
                    + "Forward is a new one in each batch, and never learns. Make it in a field or in the constructor.");
        }

        HashSet<Tensor> aside = Set(Model.ParametersSetAside());
        string[] lost = [.. others.Where(p => !own.Contains(p) && !aside.Contains(p)).Select(static p => p.Shape.ToString())];
        if (lost.Length > 0)
        {
            Warn($"Trainer: the loss depends on {lost.Length} parameters "
                + $"({string.Join(", ", lost.Take(3))}{(lost.Length > 3 ? ", …" : "")}) that "
                + $"are neither among those of the model ({Model.GetType().Name}) nor in the optimizer: they are not trained and not "
                + "saved. A module is found in a field, list, dictionary or tuple of a module. If that is meant, freeze them "
                + "(RequiresGradInPlace(false)), or mark "
                + "their field [Unregistered].");
        }

        static HashSet<Tensor> Set(IEnumerable<Tensor> tensors) => new(tensors, ReferenceEqualityComparer.Instance);
    }

    private string NameOf(Parameter parameter) =>
        Model.NamedParameters().First(named => ReferenceEquals(named.Parameter, parameter)).Name;

    /// <summary>The step from which on a schedule stays low within the run; null when it does not.</summary>
    private static long? EndOf(Schedule schedule, long planned)
    {
        if (planned < 2)
        {
            return null;
        }

        try
        {
            long[] steps = [.. Enumerable.Range(0, SchedulePoints + 1).Select(i => (planned - 1) * i / SchedulePoints)];
            double[] factors = Array.ConvertAll(steps, schedule.Factor);
            if (schedule.Length is { } length)
            {
                return length < planned && factors[^1] < factors.Max() ? length : null;
            }

            // A rule without a known end has ended when nothing is left of the rate: then nothing is learned any more.
            int last = Array.FindLastIndex(factors, static factor => factor != 0);
            return last == SchedulePoints ? null : last < 0 ? 0 : FirstZero(schedule, steps[last], steps[last + 1]);
        }
        catch (Exception)
        {
            // A rule of the user's own, asked for a step that the run may never reach: it fails there, if it does.
            return null;
        }
    }

    private static long FirstZero(Schedule schedule, long before, long zero)
    {
        while (zero - before > 1)
        {
            long middle = (before + zero) / 2;
            (before, zero) = schedule.Factor(middle) == 0 ? (before, middle) : (middle, zero);
        }

        return zero;
    }

    private void Warn(string message)
    {
        if (_warnings.Contains(message))
        {
            return;
        }

        _warnings.Add(message);
        foreach (TrainingCallback callback in Callbacks)
        {
            callback.Warned(this, message);
        }

        string line = $"Warning: {message}";
        if (_view is ITrainingView view)
        {
            view.WriteLine(line);
        }
        else if (PrintProgress)
        {
            Console.Error.WriteLine(line);
        }
    }
}
