namespace DeepLearning.Schedules;

/// <summary>Falls by a factor at given steps: γ^(number of milestones ≤ t). PyTorch's <c>MultiStepLR</c>.</summary>
public sealed record MultiStepSchedule : Schedule
{
    private readonly long[] _milestones;

    /// <summary>A staircase with steps of any length.</summary>
    /// <param name="milestones">The steps at which the rate falls; one that is given twice counts twice.</param>
    /// <param name="gamma">The factor γ of each fall.</param>
    /// <exception cref="ArgumentOutOfRangeException">A milestone is negative, or γ is negative or not finite.</exception>
    public MultiStepSchedule(IEnumerable<long> milestones, double gamma = 0.1)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        _milestones = [.. milestones.Order()];
        if (_milestones.Length > 0)
        {
            OptionChecks.AtLeast(_milestones[0], 0, nameof(MultiStepSchedule), nameof(milestones));
        }

        Gamma = NotNegative(gamma, nameof(gamma));
    }

    /// <summary>The factor γ of each fall.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant($"times {Gamma:G4} at the steps {string.Join(", ", _milestones)}");

    /// <inheritdoc/>
    public override double Factor(long step) => Math.Pow(Gamma, _milestones.Count(milestone => milestone <= step));
}
