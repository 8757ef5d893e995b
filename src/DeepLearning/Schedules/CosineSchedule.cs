namespace DeepLearning.Schedules;

/// <summary>
/// Falls along half a cosine and stays at the minimum: m + (1 − m)(1 + cos(π · min(t, steps) / steps)) / 2 (Loshchilov and Hutter, "SGDR:
/// stochastic gradient descent with warm restarts", 2017, without the restarts). PyTorch's <c>CosineAnnealingLR</c>, whose rate rises
/// again beyond the last step.
/// </summary>
public sealed record CosineSchedule : Schedule
{
    private readonly long _steps;
    private readonly double _minimum;

    /// <summary>Half a cosine.</summary>
    /// <param name="steps">The steps to the minimum.</param>
    /// <param name="minimum">The last factor m, a share of the whole rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or the minimum is negative or not finite.</exception>
    public CosineSchedule(long steps, double minimum = 0) =>
        (_steps, _minimum) = (Positive(steps, nameof(steps)), NotNegative(minimum, nameof(minimum)));

    /// <inheritdoc/>
    public override double Factor(long step) =>
        _minimum + ((1 - _minimum) * (1 + Math.Cos(Math.PI * Math.Min(step, _steps) / _steps)) / 2);
}
