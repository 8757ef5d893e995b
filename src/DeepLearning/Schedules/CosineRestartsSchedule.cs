namespace DeepLearning.Schedules;

/// <summary>
/// Falls along half a cosine, again and again: m + (1 − m)(1 + cos(π · t′ / T)) / 2 with the steps t′ since the last restart and the
/// period's length T, which grows by a factor at each restart. PyTorch's <c>CosineAnnealingWarmRestarts</c>; Loshchilov and Hutter, "SGDR:
/// stochastic gradient descent with warm restarts", 2017.
/// </summary>
public sealed record CosineRestartsSchedule : Schedule
{
    /// <summary>Cosines with restarts.</summary>
    /// <param name="period">The steps of the first period.</param>
    /// <param name="growth">The factor by which each period is longer than the one before.</param>
    /// <param name="minimum">The least factor m, a share of the whole rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, the growth is less than 1, or the minimum is negative.</exception>
    public CosineRestartsSchedule(long period, int growth = 1, double minimum = 0)
    {
        OptionChecks.AtLeast(growth, 1, nameof(CosineRestartsSchedule));
        (Period, Growth, Minimum) = (Positive(period, nameof(period)), growth, NotNegative(minimum, nameof(minimum)));
    }

    /// <summary>The steps of the first period.</summary>
    public long Period { get; }

    /// <summary>The factor by which each period is longer than the one before.</summary>
    public int Growth { get; }

    /// <summary>The least factor, a share of the whole rate.</summary>
    public double Minimum { get; }

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant(
        $"cosines to {Minimum:G4} over {Period} steps{(Growth > 1 ? $", each {Growth} times longer than the one before" : "")}");

    /// <inheritdoc/>
    public override double Factor(long step)
    {
        long length = Period;
        if (Growth == 1)
        {
            step %= length;
        }

        while (step >= length)
        {
            step -= length;
            length = length > long.MaxValue / Growth ? long.MaxValue : length * Growth;
        }

        return Minimum + ((1 - Minimum) * (1 + Math.Cos(Math.PI * step / length)) / 2);
    }
}
