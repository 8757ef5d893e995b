namespace DeepLearning.Schedules;

/// <summary>
/// A schedule for some steps, then from its rate to a constant one, at which weights are averaged (<see cref="Optimizers.AveragedModel"/>).
/// PyTorch's <c>swa_utils.SWALR</c> after another schedule; Izmailov et al., "Averaging weights leads to wider optima and better
/// generalization", 2018.
/// </summary>
public sealed record SwaSchedule : Schedule
{
    /// <summary>Comes after a schedule.</summary>
    /// <param name="before">The schedule before.</param>
    /// <param name="start">The step at which it is left.</param>
    /// <param name="factor">The constant factor of the learning rate.</param>
    /// <param name="annealSteps">The steps from the rate at <paramref name="start"/> to the constant one; 0 for at once.</param>
    /// <param name="annealing">How the rate goes there.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not finite.</exception>
    public SwaSchedule(Schedule before, long start, double factor, long annealSteps = 10, Annealing annealing = Annealing.Cosine)
    {
        ArgumentNullException.ThrowIfNull(before);
        OptionChecks.AtLeast(start, 0, nameof(SwaSchedule));
        OptionChecks.AtLeast(annealSteps, 0, nameof(SwaSchedule));
        (Before, Start, ConstantFactor) = (before, start, NotNegative(factor, nameof(factor)));
        (AnnealSteps, Annealing) = (annealSteps, OptionChecks.Defined(annealing, nameof(SwaSchedule)));
    }

    /// <summary>The schedule before.</summary>
    public Schedule Before { get; }

    /// <summary>The step at which it is left.</summary>
    public long Start { get; }

    /// <summary>The constant factor of the learning rate.</summary>
    public double ConstantFactor { get; }

    /// <summary>The steps to the constant rate.</summary>
    public long AnnealSteps { get; }

    /// <summary>How the rate goes there.</summary>
    public Annealing Annealing { get; }

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant(
        $"{Before} for {Start} steps, then to {ConstantFactor:G4} over {AnnealSteps} steps");

    /// <inheritdoc/>
    public override double Factor(long step)
    {
        if (step <= Start)
        {
            return Before.Factor(step);
        }

        double share = AnnealSteps == 0 ? 1 : Math.Min(1, (double)(step - Start) / AnnealSteps);
        return Annealed.Between(Before.Factor(Start), ConstantFactor, share, Annealing);
    }

    /// <inheritdoc/>
    public override double? Momentum(long step) => Before.Momentum(Math.Min(step, Start));
}
