namespace DeepLearning.Schedules;

/// <summary>Falls by a factor every so many steps: γ^⌊t / period⌋. PyTorch's <c>StepLR</c>.</summary>
public sealed record StepSchedule : Schedule
{
    private readonly long _period;
    private readonly double _gamma;

    /// <summary>A staircase.</summary>
    /// <param name="period">Steps between two falls.</param>
    /// <param name="gamma">The factor γ of each fall.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is less than 1, or γ is negative or not finite.</exception>
    public StepSchedule(long period, double gamma = 0.1) => (_period, _gamma) = (Positive(period, nameof(period)), NotNegative(gamma, nameof(gamma)));

    /// <inheritdoc/>
    public override double Factor(long step) => Math.Pow(_gamma, step / _period);
}
