namespace DeepLearning.Training;

/// <summary>What a model gave for a batch.</summary>
/// <param name="Loss">The loss to be made smaller: one number, the mean over the batch's samples.</param>
/// <param name="Predictions">What the metrics look at, samples along the first axis; null when there are no metrics.</param>
/// <param name="Targets">What the metrics compare with.</param>
/// <param name="Samples">
/// The number of samples, by which the batch's loss is weighted in the epoch's mean; null takes the first length of the targets, or of the
/// predictions, or counts every batch alike.
/// </param>
public readonly record struct BatchOutput(Tensor Loss, Tensor? Predictions = null, Tensor? Targets = null, int? Samples = null)
{
    internal int Weight => Samples ?? First(Targets) ?? First(Predictions) ?? 1;

    private static int? First(Tensor? tensor) => tensor is { Rank: > 0 } ? tensor.Shape[0] : null;
}
