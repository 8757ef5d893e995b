namespace DeepLearning.Schedules;

/// <summary>
/// A rule for the learning rate: the factor by which every parameter group's own rate is multiplied, as a function of the number of steps
/// made. Being a function, it needs no state: whoever knows the step knows the rate. <see cref="LearningRateScheduler"/> applies it.
/// </summary>
/// <remarks>
/// A new schedule is one record that overrides <see cref="Factor"/>. A step is a batch or an epoch, as its user counts. Schedules are
/// joined by <see cref="Then"/> and <see cref="AfterWarmUp"/>: <c>new CosineSchedule(10_000).AfterWarmUp(500)</c>.
/// </remarks>
public abstract record Schedule
{
    /// <summary>
    /// The steps after which the factor stays as it is, of a rule that is made for so many; null for one without an end. A trainer warns
    /// when its run is much longer.
    /// </summary>
    public virtual long? Length => null;

    /// <summary>The rule in words, for reports.</summary>
    protected virtual string Description => GetType().Name;

    /// <summary>The factor of the learning rate.</summary>
    /// <param name="step">The steps made before, from 0.</param>
    public abstract double Factor(long step);

    /// <summary>
    /// The momentum at a step, of a rule that sets it beside the learning rate; null for one that leaves it. Groups take it as their option
    /// <c>Momentum</c> or <c>Beta1</c>.
    /// </summary>
    /// <param name="step">The steps made before, from 0.</param>
    public virtual double? Momentum(long step) => null;

    /// <summary>This schedule and others at once, whose factors are multiplied.</summary>
    /// <param name="others">The others.</param>
    public Schedule With(params ReadOnlySpan<Schedule> others) => new ChainedSchedule([this, .. others]);

    /// <summary>This schedule for some steps, another afterwards, which counts from 0 again.</summary>
    /// <param name="steps">How many steps this one is followed.</param>
    /// <param name="next">What follows.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is negative.</exception>
    public Schedule Then(long steps, Schedule next) => new SequentialSchedule(this, steps, next);

    /// <summary>A linear rise to the whole rate, and this schedule afterwards, which counts from 0 then.</summary>
    /// <param name="steps">The steps of the rise; the step after them has the whole rate.</param>
    /// <param name="start">The first factor; null begins at 1 / (<paramref name="steps"/> + 1), a first step that is not lost.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> or <paramref name="start"/> is negative.</exception>
    public Schedule AfterWarmUp(long steps, double? start = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return steps == 0 ? this : new LinearSchedule(steps, start ?? (1.0 / (steps + 1)), 1).Then(steps, this);
    }

    /// <summary>The rule in words.</summary>
    public sealed override string ToString() => Description;

    /// <summary>Checks that a number of steps is at least 1.</summary>
    private protected static long Positive(long steps, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1, name);
        return steps;
    }

    /// <summary>Checks that a share is from 0 to 1.</summary>
    private protected static double Share(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 0 to 1.");

    /// <summary>Checks that a factor or a decay is a finite number of 0 or more.</summary>
    private protected static double NotNegative(double value, string name)
    {
        if (!(value >= 0) || double.IsInfinity(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite number of 0 or more.");
        }

        return value;
    }
}
