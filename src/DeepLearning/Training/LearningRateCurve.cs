namespace DeepLearning.Training;

/// <summary>The losses of a run through rising learning rates, from <see cref="LearningRateFinder"/>.</summary>
public sealed class LearningRateCurve
{
    internal LearningRateCurve(IReadOnlyList<double> rates, IReadOnlyList<double> losses, IReadOnlyList<double> smoothed)
    {
        (Rates, Losses, Smoothed) = (rates, losses, smoothed);
        Suggestion = Steepest();
    }

    /// <summary>The learning rates, of the first parameter group, rising.</summary>
    public IReadOnlyList<double> Rates { get; }

    /// <summary>The loss of the batch at each rate, before its step.</summary>
    public IReadOnlyList<double> Losses { get; }

    /// <summary>The exponential means of the losses.</summary>
    public IReadOnlyList<double> Smoothed { get; }

    /// <summary>
    /// The rate at which the smoothed loss falls fastest, over the logarithm of the rate; null where it falls nowhere. A good greatest rate
    /// of a one-cycle schedule is near it.
    /// </summary>
    public double? Suggestion { get; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Rates.Count} rates, suggestion {(Suggestion is { } rate ? FormattableString.Invariant($"{rate:G3}") : "none")}");

    private double? Steepest()
    {
        double steepest = 0;
        int best = -1;
        for (int i = 1; i < Smoothed.Count - 1; i++)
        {
            // The rates are evenly spaced on the logarithmic axis.
            double slope = Smoothed[i + 1] - Smoothed[i - 1];
            if (slope < steepest)
            {
                (steepest, best) = (slope, i);
            }
        }

        return best < 0 ? null : Rates[best];
    }
}
