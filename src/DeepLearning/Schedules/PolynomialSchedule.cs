namespace DeepLearning.Schedules;

/// <summary>Falls to 0 as a power of what is left: (1 − min(t, steps) / steps)^power. PyTorch's <c>PolynomialLR</c>.</summary>
public sealed record PolynomialSchedule : Schedule
{
    /// <summary>A polynomial decay.</summary>
    /// <param name="steps">The steps to 0.</param>
    /// <param name="power">The power; 1 is a straight line.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or the power is negative or not finite.</exception>
    public PolynomialSchedule(long steps, double power = 1) =>
        (Steps, Power) = (Positive(steps, nameof(steps)), NotNegative(power, nameof(power)));

    /// <summary>The steps until the factor stays as it is.</summary>
    public long Steps { get; }

    /// <summary>The power of what is left.</summary>
    public double Power { get; }

    /// <inheritdoc/>
    public override long? Length => Steps;

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant($"to 0 over {Steps} steps by the power {Power:G4}");

    /// <inheritdoc/>
    public override double Factor(long step) => Math.Pow(1 - ((double)Math.Min(step, Steps) / Steps), Power);
}
