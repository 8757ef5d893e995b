namespace DeepLearning.Training;

/// <summary>What one epoch gave.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Values">
/// Its figures by name, in order: <c>loss</c> and the metrics over the training batches as they were seen, then the same over the
/// validation set with <c>val_</c> in front.
/// </param>
/// <param name="LearningRate">The learning rate of the first parameter group at the end of the epoch.</param>
/// <param name="Samples">The training samples seen.</param>
/// <param name="Duration">The time of training and validation.</param>
/// <param name="Waiting">The part of the training's time that was spent waiting for the loader.</param>
public sealed record EpochRecord(
    int Epoch, IReadOnlyDictionary<string, double> Values, double LearningRate, long Samples, TimeSpan Duration, TimeSpan Waiting)
{
    /// <summary>A figure by its name; NaN when the epoch does not have it.</summary>
    /// <param name="name">The name, such as <c>val_loss</c>.</param>
    public double this[string name] => Values.TryGetValue(name, out double value) ? value : double.NaN;

    /// <summary>The figures on one line.</summary>
    public override string ToString() => FormattableString.Invariant($"epoch {Epoch}: {FigureFormat.Line(Values)}");
}
