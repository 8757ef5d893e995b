namespace DeepLearning.Schedules;

/// <summary>The same factor at every step.</summary>
public sealed record ConstantSchedule : Schedule
{
    private readonly double _factor;

    /// <summary>A constant learning rate.</summary>
    /// <param name="factor">The factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public ConstantSchedule(double factor = 1) => _factor = NotNegative(factor, nameof(factor));

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant($"{_factor:G4} of the rate");

    /// <inheritdoc/>
    public override double Factor(long step) => _factor;
}
