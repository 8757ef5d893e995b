namespace DeepLearning.Schedules;

/// <summary>One schedule for some steps, another afterwards. PyTorch's <c>SequentialLR</c>; made by <see cref="Schedule.Then"/>.</summary>
public sealed record SequentialSchedule : Schedule
{
    private readonly Schedule _first, _next;
    private readonly long _steps;

    /// <summary>Joins two schedules.</summary>
    /// <param name="first">The first.</param>
    /// <param name="steps">How many steps it is followed.</param>
    /// <param name="next">What follows, counting from 0 again.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is negative.</exception>
    public SequentialSchedule(Schedule first, long steps, Schedule next)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentNullException.ThrowIfNull(next);
        (_first, _steps, _next) = (first, steps, next);
    }

    /// <inheritdoc/>
    public override double Factor(long step) => step < _steps ? _first.Factor(step) : _next.Factor(step - _steps);
}
