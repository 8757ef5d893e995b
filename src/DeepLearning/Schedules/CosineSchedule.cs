namespace DeepLearning.Schedules;

/// <summary>
/// Falls along half a cosine and stays at the minimum: m + (1 − m)(1 + cos(π · min(t, steps) / steps)) / 2 (Loshchilov and Hutter, "SGDR:
/// stochastic gradient descent with warm restarts", 2017, without the restarts). PyTorch's <c>CosineAnnealingLR</c>, whose rate rises
/// again beyond the last step.
/// </summary>
public sealed record CosineSchedule : Schedule
{
    /// <summary>Half a cosine.</summary>
    /// <param name="steps">The steps to the minimum.</param>
    /// <param name="minimum">The last factor m, a share of the whole rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or the minimum is negative or not finite.</exception>
    public CosineSchedule(long steps, double minimum = 0) =>
        (Steps, Minimum) = (Positive(steps, nameof(steps)), NotNegative(minimum, nameof(minimum)));

    /// <summary>The steps until the factor stays as it is.</summary>
    public long Steps { get; }

    /// <summary>The last factor, a share of the whole rate.</summary>
    public double Minimum { get; }

    /// <inheritdoc/>
    public override long? Length => Steps;

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant($"a cosine to {Minimum:G4} over {Steps} steps");

    /// <inheritdoc/>
    public override double Factor(long step) =>
        Minimum + ((1 - Minimum) * (1 + Math.Cos(Math.PI * Math.Min(step, Steps) / Steps)) / 2);
}
