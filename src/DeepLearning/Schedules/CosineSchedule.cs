namespace DeepLearning.Schedules;

/// <summary>
/// Falls along half a cosine and stays at the minimum: m + (1 − m)(1 + cos(π · min(t, steps) / steps)) / 2 (Loshchilov and Hutter, "SGDR:
/// stochastic gradient descent with warm restarts", 2017, without the restarts). PyTorch's <c>CosineAnnealingLR</c>, whose rate rises again
/// beyond the last step, as it does here when asked for.
/// </summary>
public sealed record CosineSchedule : Schedule
{
    /// <summary>Half a cosine.</summary>
    /// <param name="steps">The steps to the minimum.</param>
    /// <param name="minimum">The last factor m, a share of the whole rate.</param>
    /// <param name="risesAgain">Whether the cosine goes on beyond the last step, up to the whole rate and down again.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or the minimum is negative or not finite.</exception>
    public CosineSchedule(long steps, double minimum = 0, bool risesAgain = false) =>
        (Steps, Minimum, RisesAgain) = (Positive(steps, nameof(steps)), NotNegative(minimum, nameof(minimum)), risesAgain);

    /// <summary>The steps until the factor stays as it is.</summary>
    public long Steps { get; }

    /// <summary>The last factor, a share of the whole rate.</summary>
    public double Minimum { get; }

    /// <summary>Whether the cosine goes on beyond the last step.</summary>
    public bool RisesAgain { get; }

    /// <inheritdoc/>
    public override long? Length => RisesAgain ? null : Steps;

    /// <inheritdoc/>
    protected override string Description =>
        FormattableString.Invariant($"a cosine to {Minimum:G4} over {Steps} steps{(RisesAgain ? " and up again" : "")}");

    /// <inheritdoc/>
    public override double Factor(long step) =>
        Minimum + ((1 - Minimum) * (1 + Math.Cos(Math.PI * (RisesAgain ? step % (2 * Steps) : Math.Min(step, Steps)) / Steps)) / 2);
}
