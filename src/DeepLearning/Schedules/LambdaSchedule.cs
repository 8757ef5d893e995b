namespace DeepLearning.Schedules;

/// <summary>Any function of the step. PyTorch's <c>LambdaLR</c>.</summary>
public sealed record LambdaSchedule : Schedule
{
    private readonly Func<long, double> _factor;

    /// <summary>Wraps a function.</summary>
    /// <param name="factor">The factor at a step; it must depend on nothing else, or a resumed run differs.</param>
    public LambdaSchedule(Func<long, double> factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        _factor = factor;
    }

    /// <inheritdoc/>
    public override double Factor(long step) => _factor(step);
}
