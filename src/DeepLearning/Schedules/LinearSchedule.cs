namespace DeepLearning.Schedules;

/// <summary>
/// Goes from one factor to another in a straight line and stays there: start + (end − start) · min(t, steps) / steps. PyTorch's
/// <c>LinearLR</c>.
/// </summary>
public sealed record LinearSchedule : Schedule
{
    /// <summary>A line; without more arguments a fall to 0.</summary>
    /// <param name="steps">The steps from start to end.</param>
    /// <param name="start">The first factor.</param>
    /// <param name="end">The last factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or a factor is negative or not finite.</exception>
    public LinearSchedule(long steps, double start = 1, double end = 0) =>
        (Steps, Start, End) = (Positive(steps, nameof(steps)), NotNegative(start, nameof(start)), NotNegative(end, nameof(end)));

    /// <summary>The steps until the factor stays as it is.</summary>
    public long Steps { get; }

    /// <summary>The first factor.</summary>
    public double Start { get; }

    /// <summary>The last factor.</summary>
    public double End { get; }

    /// <inheritdoc/>
    public override long? Length => Steps;

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant($"a line from {Start:G4} to {End:G4} over {Steps} steps");

    /// <inheritdoc/>
    public override double Factor(long step) => Start + ((End - Start) * Math.Min(step, Steps) / Steps);
}
