using DeepLearning.Losses;

namespace DeepLearning.Training;

/// <summary>What a model gave for a batch.</summary>
/// <param name="Loss">The loss to be made smaller: one number, the mean over the batch's samples.</param>
/// <param name="Predictions">What the metrics look at, samples along the first axis; null when there are no metrics.</param>
/// <param name="Targets">What the metrics compare with.</param>
/// <param name="Samples">
/// The number of samples: of the speed, and of the loss's weight where nobody says what it counted. Null takes the first length of the
/// targets, or of the predictions, or counts every batch alike.
/// </param>
public readonly record struct BatchOutput(Tensor Loss, Tensor? Predictions = null, Tensor? Targets = null, int? Samples = null)
{
    /// <summary>
    /// What the loss counted, such as the positions that a mask leaves: what its mean divided by. The batch is weighed by it in the epoch's
    /// figure and in accumulated gradients; 0 leaves it out. Null takes what the loss itself reported (those of <see cref="Losses.Loss"/>
    /// and <see cref="Losses.Loss.WithCount"/>), else the samples.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public double? Counted
    {
        get;
        init
        {
            if (value is { } counted && !(counted >= 0 && double.IsFinite(counted)))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "BatchOutput: what a loss counted is 0 or more.");
            }

            field = value;
        }
    }

    /// <summary>
    /// Whether the loss is the mean or the sum of what it counted; null takes what it reported, else
    /// <see cref="TrainingRun.LossReduction"/>.
    /// </summary>
    public LossReduction? Reduction { get; init; }

    internal int SampleCount => Samples ?? First(Targets) ?? First(Predictions) ?? 1;

    private static int? First(Tensor? tensor) => tensor is { Rank: > 0 } ? tensor.Size(0) : null;
}
