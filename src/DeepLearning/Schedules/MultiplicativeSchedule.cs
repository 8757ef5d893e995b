namespace DeepLearning.Schedules;

/// <summary>
/// A factor for each step, all of them multiplied: f(1) · f(2) · … · f(t). PyTorch's <c>MultiplicativeLR</c>.
/// </summary>
public sealed record MultiplicativeSchedule : Schedule
{
    private readonly Func<long, double> _factor;
    private Known _known = new(0, 1);

    /// <summary>Wraps a function.</summary>
    /// <param name="factor">
    /// The factor of a step, asked for from step 1 on; it must depend on nothing else, or a resumed run differs.
    /// </param>
    public MultiplicativeSchedule(Func<long, double> factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        _factor = factor;
    }

    /// <inheritdoc/>
    public override double Factor(long step)
    {
        // The product goes on from the last one that was asked for; its order, and so its bits, are always the same.
        Known known = _known;
        if (known.Step > step)
        {
            known = new Known(0, 1);
        }

        double product = known.Product;
        for (long t = known.Step + 1; t <= step; t++)
        {
            product *= _factor(t);
        }

        _known = new Known(step, product);
        return product;
    }

    private sealed record Known(long Step, double Product);
}
