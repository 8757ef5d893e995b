namespace DeepLearning.Schedules;

/// <summary>
/// Rises in a line, and falls with the root of the steps: d^(−½) · min(t^(−½), t · w^(−3/2)), with t from 1, the warm-up's steps w and the
/// model's width d. The optimizer's own rate is the factor in front, mostly 1 or 2. Vaswani et al., "Attention is all you need", 2017.
/// </summary>
public sealed record NoamSchedule : Schedule
{
    /// <summary>The schedule of the first transformer.</summary>
    /// <param name="modelSize">The model's width d.</param>
    /// <param name="warmUpSteps">The steps w of the rise.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is less than 1.</exception>
    public NoamSchedule(long modelSize, long warmUpSteps = 4000) =>
        (ModelSize, WarmUpSteps) = (Positive(modelSize, nameof(modelSize)), Positive(warmUpSteps, nameof(warmUpSteps)));

    /// <summary>The model's width.</summary>
    public long ModelSize { get; }

    /// <summary>The steps of the rise.</summary>
    public long WarmUpSteps { get; }

    /// <inheritdoc/>
    protected override string Description =>
        FormattableString.Invariant($"a rise over {WarmUpSteps} steps, then a fall with the root of the steps, for width {ModelSize}");

    /// <inheritdoc/>
    public override double Factor(long step)
    {
        double t = step + 1;
        return Math.Min(1 / Math.Sqrt(t), t / (WarmUpSteps * Math.Sqrt(WarmUpSteps))) / Math.Sqrt(ModelSize);
    }
}
