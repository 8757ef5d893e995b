namespace DeepLearning.Schedules;

/// <summary>
/// Goes from one factor to another in a straight line and stays there: start + (end − start) · min(t, steps) / steps. PyTorch's
/// <c>LinearLR</c>.
/// </summary>
public sealed record LinearSchedule : Schedule
{
    private readonly long _steps;
    private readonly double _start, _end;

    /// <summary>A line; without more arguments a fall to 0.</summary>
    /// <param name="steps">The steps from start to end.</param>
    /// <param name="start">The first factor.</param>
    /// <param name="end">The last factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or a factor is negative or not finite.</exception>
    public LinearSchedule(long steps, double start = 1, double end = 0) =>
        (_steps, _start, _end) = (Positive(steps, nameof(steps)), NotNegative(start, nameof(start)), NotNegative(end, nameof(end)));

    /// <inheritdoc/>
    public override double Factor(long step) => _start + ((_end - _start) * Math.Min(step, _steps) / _steps);
}
