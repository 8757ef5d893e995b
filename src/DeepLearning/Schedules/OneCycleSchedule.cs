namespace DeepLearning.Schedules;

/// <summary>
/// Up to the whole rate and down to almost nothing, once, while momentum goes the other way. The optimizer's own rate is the greatest one:
/// the factor starts at 1 / divFactor, is 1 after the share pctStart of the steps, and ends at 1 / (divFactor · finalDivFactor); in three
/// phases it comes back to the start as steeply as it rose before the last fall. PyTorch's <c>OneCycleLR</c>; Smith and Topin,
/// "Super-convergence: very fast training of neural networks using large learning rates", 2018.
/// </summary>
public sealed record OneCycleSchedule : Schedule
{
    private readonly (double End, double From, double To, bool MomentumFalls, bool MomentumRises)[] _phases;

    /// <summary>One cycle.</summary>
    /// <param name="totalSteps">All steps of the run.</param>
    /// <param name="pctStart">The share of the steps in which the rate rises.</param>
    /// <param name="annealing">How rate and momentum change.</param>
    /// <param name="cycleMomentum">Whether momentum goes the other way.</param>
    /// <param name="baseMomentum">The least momentum.</param>
    /// <param name="maxMomentum">The greatest momentum.</param>
    /// <param name="divFactor">By what the whole rate is divided at the start.</param>
    /// <param name="finalDivFactor">By what the rate of the start is divided at the end.</param>
    /// <param name="threePhase">Whether the rate comes back to the start in a phase of its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or a factor or share is out of its range.</exception>
    public OneCycleSchedule(
        long totalSteps, double pctStart = 0.3, Annealing annealing = Annealing.Cosine, bool cycleMomentum = true,
        double baseMomentum = 0.85, double maxMomentum = 0.95, double divFactor = 25, double finalDivFactor = 1e4, bool threePhase = false)
    {
        if (!Enum.IsDefined(annealing))
        {
            throw new ArgumentOutOfRangeException(nameof(annealing), annealing, "annealing is no way of annealing.");
        }

        (TotalSteps, PctStart) = (Positive(totalSteps, nameof(totalSteps)), Share(pctStart, nameof(pctStart)));
        (Annealing, CycleMomentum, ThreePhase) = (annealing, cycleMomentum, threePhase);
        (BaseMomentum, MaxMomentum) = (Share(baseMomentum, nameof(baseMomentum)), Share(maxMomentum, nameof(maxMomentum)));
        (DivFactor, FinalDivFactor) = (AboveZero(divFactor, nameof(divFactor)), AboveZero(finalDivFactor, nameof(finalDivFactor)));
        double first = 1 / divFactor, last = first / finalDivFactor, top = (pctStart * totalSteps) - 1;
        _phases = threePhase
            ? [(top, first, 1, true, false), (2 * top, 1, first, false, true), (totalSteps - 1, first, last, false, false)]
            : [(top, first, 1, true, false), (totalSteps - 1, 1, last, false, true)];
    }

    /// <summary>All steps of the run.</summary>
    public long TotalSteps { get; }

    /// <summary>The share of the steps in which the rate rises.</summary>
    public double PctStart { get; }

    /// <summary>How rate and momentum change.</summary>
    public Annealing Annealing { get; }

    /// <summary>Whether momentum goes the other way.</summary>
    public bool CycleMomentum { get; }

    /// <summary>The least momentum.</summary>
    public double BaseMomentum { get; }

    /// <summary>The greatest momentum.</summary>
    public double MaxMomentum { get; }

    /// <summary>By what the whole rate is divided at the start.</summary>
    public double DivFactor { get; }

    /// <summary>By what the rate of the start is divided at the end.</summary>
    public double FinalDivFactor { get; }

    /// <summary>Whether the rate comes back to the start in a phase of its own.</summary>
    public bool ThreePhase { get; }

    /// <inheritdoc/>
    public override long? Length => TotalSteps;

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant(
        $"one cycle over {TotalSteps} steps from {1 / DivFactor:G4}, the whole rate after {PctStart:P0} of them");

    /// <inheritdoc/>
    public override double Factor(long step)
    {
        (int phase, double share) = Place(step);
        return Annealed.Between(_phases[phase].From, _phases[phase].To, share, Annealing);
    }

    /// <inheritdoc/>
    public override double? Momentum(long step)
    {
        (int index, double share) = Place(step);
        (_, _, _, bool falls, bool rises) = _phases[index];
        return !CycleMomentum ? null
            : Annealed.Between(rises ? BaseMomentum : MaxMomentum, falls ? BaseMomentum : MaxMomentum, share, Annealing);
    }

    private static double AboveZero(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite number above 0.");

    /// <summary>The phase that has a step, and how far into it the step is. Beyond the end it is the end.</summary>
    private (int Phase, double Share) Place(long step)
    {
        step = Math.Min(step, TotalSteps - 1);
        double start = 0;
        int phase = 0;
        while (phase < _phases.Length - 1 && step > _phases[phase].End)
        {
            start = _phases[phase].End;
            phase++;
        }

        double length = _phases[phase].End - start;
        return (phase, length == 0 ? 1 : (step - start) / length);
    }
}
