namespace DeepLearning.Schedules;

/// <summary>Falls by a factor every so many steps: γ^⌊t / period⌋. PyTorch's <c>StepLR</c>.</summary>
public sealed record StepSchedule : Schedule
{
    /// <summary>A staircase.</summary>
    /// <param name="period">Steps between two falls.</param>
    /// <param name="gamma">The factor γ of each fall.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is less than 1, or γ is negative or not finite.</exception>
    public StepSchedule(long period, double gamma = 0.1) =>
        (Period, Gamma) = (Positive(period, nameof(period)), NotNegative(gamma, nameof(gamma)));

    /// <summary>Steps between two falls.</summary>
    public long Period { get; }

    /// <summary>The factor γ of each fall.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant($"times {Gamma:G4} every {Period} steps");

    /// <inheritdoc/>
    public override double Factor(long step) => Math.Pow(Gamma, step / Period);
}
