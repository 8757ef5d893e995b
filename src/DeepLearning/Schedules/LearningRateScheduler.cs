using DeepLearning.Optimizers;

namespace DeepLearning.Schedules;

/// <summary>
/// Sets an optimizer's learning rates by a <see cref="Schedule"/>: each group's own rate, the one it has when the scheduler first sees it,
/// times the factor; and their momentum, where the schedule has one. Call <see cref="Step"/> after each optimizer step, or after each
/// epoch, as the schedule counts.
/// </summary>
public sealed class LearningRateScheduler
{
    private const string StepKey = "step", RatesKey = "base_rates";

    private readonly Optimizer _optimizer;
    private readonly Schedule[] _schedules;
    private readonly List<double> _rates = [];

    /// <summary>Takes over an optimizer's learning rates, and sets those of step 0.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="schedule">The rule.</param>
    /// <exception cref="ArgumentException">The schedule sets a momentum, and a group has none.</exception>
    /// <exception cref="InvalidOperationException">The schedule's factor is negative or not a number; nothing was changed.</exception>
    public LearningRateScheduler(Optimizer optimizer, Schedule schedule)
        : this(optimizer, [schedule], isForAll: true)
    {
    }

    /// <summary>Takes over an optimizer's learning rates with a rule for each parameter group, and sets those of step 0.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="schedules">The rules, one for each group.</param>
    /// <exception cref="ArgumentException">
    /// There are more or fewer rules than groups, or one sets a momentum and its group has none.
    /// </exception>
    /// <exception cref="InvalidOperationException">A schedule's factor is negative or not a number; nothing was changed.</exception>
    public LearningRateScheduler(Optimizer optimizer, IEnumerable<Schedule> schedules)
        : this(optimizer, schedules is null ? null! : [.. schedules], isForAll: false)
    {
    }

    private LearningRateScheduler(Optimizer optimizer, Schedule[] schedules, bool isForAll)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(schedules);
        Array.ForEach(schedules, static schedule => ArgumentNullException.ThrowIfNull(schedule));
        if (!isForAll && schedules.Length != optimizer.ParameterGroups.Count)
        {
            throw new ArgumentException(
                $"LearningRateScheduler: there are {schedules.Length} schedules and {optimizer.ParameterGroups.Count} parameter groups; "
                    + "give one for each group, or one for all.",
                nameof(schedules));
        }

        (_optimizer, _schedules, IsForAll) = (optimizer, schedules, isForAll);
        Apply(0);
    }

    /// <summary>The rule, of the first group where each has its own.</summary>
    public Schedule Schedule => _schedules[0];

    /// <summary>The rules: one for all groups, or one for each.</summary>
    public IReadOnlyList<Schedule> Schedules => _schedules;

    private bool IsForAll { get; }

    /// <summary>The steps made.</summary>
    public long StepCount { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Schedule}, after {StepCount} steps: learning rate {_optimizer.LearningRate}");

    /// <summary>Goes to the next step's rates.</summary>
    /// <exception cref="InvalidOperationException">The schedule's factor is negative or not a number; nothing was changed.</exception>
    public void Step()
    {
        Apply(StepCount + 1);
        StepCount++;
    }

    /// <summary>What is needed to go on exactly: the steps made, and the groups' own rates.</summary>
    public OrderedDictionary<string, Tensor> StateDict()
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        return new() { [StepKey] = Tensor.FromScalar(StepCount), [RatesKey] = Tensor.From(_rates.ToArray()) };
    }

    /// <summary>Takes over what <see cref="StateDict"/> gave, and sets the rates.</summary>
    /// <param name="state">The dictionary.</param>
    /// <exception cref="ArgumentException">It is of something else, or of more groups; nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">The schedule's factor is negative or not a number; nothing was changed.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        Check(state);
        StepCount = state[StepKey].Item<long>();
        _rates.Clear();
        _rates.AddRange(state[RatesKey].ToArray<double>());
        Apply(StepCount);
    }

    /// <summary>Throws what <see cref="LoadStateDict"/> would throw.</summary>
    internal void Check(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        int groups = _optimizer.ParameterGroups.Count;
        if (!state.TryGetValue(StepKey, out Tensor? step) || step.DType != DType.Int64 || step.Count != 1 || step.Item<long>() < 0
            || !state.TryGetValue(RatesKey, out Tensor? rates) || rates.DType != DType.Float64 || rates.Rank != 1)
        {
            throw new ArgumentException(
                $"LearningRateScheduler: the state needs {StepKey}, a number of steps, and {RatesKey}, the groups' own rates; it has "
                + $"{(state.Count == 0 ? "nothing" : string.Join(", ", state.Keys))}.",
                nameof(state));
        }

        if (rates.Count > groups || rates.ToArray<double>().Any(static rate => !(rate >= 0)))
        {
            throw new ArgumentException(
                $"LearningRateScheduler: the state has the rates {string.Join(", ", rates.ToArray<double>())}, the optimizer {groups} "
                    + "parameter groups.",
                nameof(state));
        }

        Figures(step.Item<long>());
    }

    /// <summary>Each group's factor and momentum at a step, checked.</summary>
    private (double Factor, double? Momentum)[] Figures(long step)
    {
        IReadOnlyList<ParameterGroup> groups = _optimizer.ParameterGroups;
        if (!IsForAll && groups.Count != _schedules.Length)
        {
            throw new InvalidOperationException(
                $"LearningRateScheduler: there are {_schedules.Length} schedules, one for each group, and now {groups.Count} groups.");
        }

        (double, double?)[] all = Array.ConvertAll(_schedules, schedule => (Factor(schedule, step), schedule.Momentum(step)));
        (double, double?)[] figures = [.. groups.Select((_, g) => all[IsForAll ? 0 : g])];
        foreach ((ParameterGroup group, (_, double? momentum)) in groups.Zip(figures))
        {
            if (momentum is not { } wanted)
            {
                continue;
            }

            if (!group.Options.HasMomentum)
            {
                throw new ArgumentException(
                    $"LearningRateScheduler: the schedule sets a momentum, and {_optimizer.GetType().Name} has none; make the schedule "
                        + "without (cycleMomentum: false).");
            }

            group.Options.CheckMomentum(wanted);
        }

        return figures;
    }

    private static double Factor(Schedule schedule, long step)
    {
        double factor = schedule.Factor(step);
        return factor >= 0 ? factor : throw new InvalidOperationException(FormattableString.Invariant(
            $"{schedule.GetType().Name}: the factor of step {step} is {factor}; a learning rate must be 0 or more."));
    }

    private void Apply(long step)
    {
        foreach ((int g, (double factor, double? momentum)) in Figures(step).Index())
        {
            OptimizerOptions options = _optimizer.ParameterGroups[g].Options;
            if (g == _rates.Count)
            {
                _rates.Add(options.LearningRate);
            }

            options.LearningRate = _rates[g] * factor;
            if (momentum is { } wanted)
            {
                options.SetMomentum(wanted);
            }
        }
    }
}
