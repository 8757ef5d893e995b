namespace DeepLearning.Schedules;

/// <summary>
/// Several schedules at once: the product of their factors. PyTorch's <c>ChainedScheduler</c>, where the schedules multiply the rate; made
/// by <see cref="Schedule.With"/>. The momentum is that of the last schedule that has one.
/// </summary>
public sealed record ChainedSchedule : Schedule
{
    private readonly Schedule[] _schedules;

    /// <summary>Chains schedules.</summary>
    /// <param name="schedules">The schedules, at least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public ChainedSchedule(params IEnumerable<Schedule> schedules)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        _schedules = [.. schedules];
        Array.ForEach(_schedules, static schedule => ArgumentNullException.ThrowIfNull(schedule, nameof(schedules)));
        if (_schedules.Length == 0)
        {
            throw new ArgumentException("ChainedSchedule: there is no schedule.", nameof(schedules));
        }
    }

    /// <summary>The schedules.</summary>
    public IReadOnlyList<Schedule> Schedules => _schedules;

    /// <summary>The longest of the lengths; null where a schedule has no end.</summary>
    public override long? Length => Array.Exists(_schedules, static s => s.Length is null) ? null : _schedules.Max(static s => s.Length);

    /// <inheritdoc/>
    protected override string Description => string.Join(" times ", _schedules.Select(static schedule => $"({schedule})"));

    /// <inheritdoc/>
    public override double Factor(long step) =>
        _schedules.Aggregate(1.0, (product, schedule) => product * schedule.Factor(step));

    /// <inheritdoc/>
    public override double? Momentum(long step) =>
        _schedules.Select(schedule => schedule.Momentum(step)).LastOrDefault(static momentum => momentum is not null);
}
