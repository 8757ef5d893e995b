namespace DeepLearning.Schedules;

/// <summary>Falls to 0 as a power of what is left: (1 − min(t, steps) / steps)^power. PyTorch's <c>PolynomialLR</c>.</summary>
public sealed record PolynomialSchedule : Schedule
{
    private readonly long _steps;
    private readonly double _power;

    /// <summary>A polynomial decay.</summary>
    /// <param name="steps">The steps to 0.</param>
    /// <param name="power">The power; 1 is a straight line.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or the power is negative or not finite.</exception>
    public PolynomialSchedule(long steps, double power = 1) =>
        (_steps, _power) = (Positive(steps, nameof(steps)), NotNegative(power, nameof(power)));

    /// <inheritdoc/>
    public override double Factor(long step) => Math.Pow(1 - ((double)Math.Min(step, _steps) / _steps), _power);
}
