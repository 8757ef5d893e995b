using DeepLearning.Optimizers;

namespace DeepLearning.Schedules;

/// <summary>
/// Sets an optimizer's learning rates by a <see cref="Schedule"/>: each group's own rate, the one it has when the scheduler first sees it,
/// times the factor. Call <see cref="Step"/> after each optimizer step, or after each epoch, as the schedule counts.
/// </summary>
public sealed class LearningRateScheduler
{
    private const string StepKey = "step", RatesKey = "base_rates";

    private readonly Optimizer _optimizer;
    private readonly List<double> _rates = [];

    /// <summary>Takes over an optimizer's learning rates, and sets those of step 0.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="schedule">The rule.</param>
    public LearningRateScheduler(Optimizer optimizer, Schedule schedule)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(schedule);
        _optimizer = optimizer;
        Schedule = schedule;
        Apply(Factor(0));
    }

    /// <summary>The rule.</summary>
    public Schedule Schedule { get; }

    /// <summary>The steps made.</summary>
    public long StepCount { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Schedule}, after {StepCount} steps: learning rate {_optimizer.LearningRate}");

    /// <summary>Goes to the next step's rates.</summary>
    /// <exception cref="InvalidOperationException">The schedule's factor is negative or not a number; nothing was changed.</exception>
    public void Step()
    {
        Apply(Factor(StepCount + 1));
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
        Apply(Factor(StepCount));
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

        Factor(step.Item<long>());
    }

    private double Factor(long step)
    {
        double factor = Schedule.Factor(step);
        return factor >= 0 ? factor : throw new InvalidOperationException(FormattableString.Invariant(
            $"{Schedule.GetType().Name}: the factor of step {step} is {factor}; a learning rate must be 0 or more."));
    }

    private void Apply(double factor)
    {
        for (int g = 0; g < _optimizer.ParameterGroups.Count; g++)
        {
            OptimizerOptions options = _optimizer.ParameterGroups[g].Options;
            if (g == _rates.Count)
            {
                _rates.Add(options.LearningRate);
            }

            options.LearningRate = _rates[g] * factor;
        }
    }
}
