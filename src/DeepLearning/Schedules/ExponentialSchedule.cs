namespace DeepLearning.Schedules;

/// <summary>Falls by the same factor at each step: γ^t. PyTorch's <c>ExponentialLR</c>.</summary>
public sealed record ExponentialSchedule : Schedule
{
    /// <summary>An exponential decay.</summary>
    /// <param name="gamma">The factor γ of each step.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public ExponentialSchedule(double gamma) => Gamma = NotNegative(gamma, nameof(gamma));

    /// <summary>The factor γ of each step.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant($"times {Gamma:G4} a step");

    /// <inheritdoc/>
    public override double Factor(long step) => Math.Pow(Gamma, step);
}
