namespace DeepLearning.Schedules;

/// <summary>One schedule for some steps, another afterwards. PyTorch's <c>SequentialLR</c>; made by <see cref="Schedule.Then"/>.</summary>
public sealed record SequentialSchedule : Schedule
{
    /// <summary>Joins two schedules.</summary>
    /// <param name="first">The first.</param>
    /// <param name="steps">How many steps it is followed.</param>
    /// <param name="next">What follows, counting from 0 again.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is negative.</exception>
    public SequentialSchedule(Schedule first, long steps, Schedule next)
    {
        ArgumentNullException.ThrowIfNull(first);
        OptionChecks.AtLeast(steps, 0, nameof(SequentialSchedule));
        ArgumentNullException.ThrowIfNull(next);
        (First, Steps, Next) = (first, steps, next);
    }

    /// <summary>The first schedule.</summary>
    public Schedule First { get; }

    /// <summary>How many steps it is followed.</summary>
    public long Steps { get; }

    /// <summary>What follows.</summary>
    public Schedule Next { get; }

    /// <inheritdoc/>
    public override long? Length => Steps + Next.Length;

    /// <inheritdoc/>
    protected override string Description => First is LinearSchedule line && line.Steps == Steps
        ? $"{First}, then {Next}"
        : FormattableString.Invariant($"{First} for {Steps} steps, then {Next}");

    /// <inheritdoc/>
    public override double Factor(long step) => step < Steps ? First.Factor(step) : Next.Factor(step - Steps);

    /// <inheritdoc/>
    public override double? Momentum(long step) => step < Steps ? First.Momentum(step) : Next.Momentum(step - Steps);
}
