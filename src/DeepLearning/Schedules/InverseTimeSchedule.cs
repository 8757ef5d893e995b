namespace DeepLearning.Schedules;

/// <summary>Falls with the time: 1 / (1 + decay · t). The classic of Robbins and Monro (1951); Keras's <c>InverseTimeDecay</c>.</summary>
public sealed record InverseTimeSchedule : Schedule
{
    /// <summary>A 1/t decay.</summary>
    /// <param name="decay">What is added to the divisor at each step.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public InverseTimeSchedule(double decay) => Decay = NotNegative(decay, nameof(decay));

    /// <summary>What is added to the divisor at each step.</summary>
    public double Decay { get; }

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant($"1 / (1 + {Decay:G4} t)");

    /// <inheritdoc/>
    public override double Factor(long step) => 1 / (1 + (Decay * step));
}
