namespace DeepLearning.Losses;

/// <summary>
/// Losses as functions; each has a module of the same name with <c>Loss</c> added. Shapes must be equal: a loss does not broadcast.
/// Defaults are PyTorch's.
/// </summary>
public static partial class Loss
{
    /// <summary>
    /// Says what a loss of your own counted, so that a trainer weighs it by that: batches of different sizes, or with different numbers of
    /// targets that count, then give the figure and the gradient of one large batch. The losses here say it themselves; of others a trainer
    /// takes the mean over the samples.
    /// </summary>
    /// <example>
    /// <code>
    /// Tensor count = mask.Sum();
    /// return Loss.WithCount((errors * mask).Sum() / count, count.Item&lt;double&gt;());
    /// </code>
    /// </example>
    /// <param name="loss">The loss, one number.</param>
    /// <param name="counted">The number of samples, elements or weights that the mean divided by, or that the sum is over; 0 if nothing in
    /// the batch counts.</param>
    /// <param name="reduction">Whether the loss is their mean or their sum.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="counted"/> is negative or not finite, or the reduction is
    /// neither a mean nor a sum.</exception>
    public static Tensor WithCount(Tensor loss, double counted, LossReduction reduction = LossReduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (!(counted >= 0) || double.IsInfinity(counted))
        {
            throw new ArgumentOutOfRangeException(nameof(counted), counted, "WithCount: what a loss counted is 0 or more.");
        }

        return reduction is LossReduction.Mean or LossReduction.Sum
            ? LossCounts.Report(loss, counted, reduction)
            : throw new ArgumentOutOfRangeException(
                nameof(reduction), reduction,
                "WithCount: a loss is a mean or a sum; one over the batch is the mean with the batch as its count.");
    }
}
