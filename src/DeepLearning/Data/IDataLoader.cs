namespace DeepLearning.Data;

/// <summary>Hands out a set in batches; each enumeration is one epoch. What a training loop needs to know of a loader.</summary>
/// <typeparam name="TBatch">The type of a batch.</typeparam>
public interface IDataLoader<out TBatch> : IEnumerable<TBatch>
{
    /// <summary>Batches an epoch.</summary>
    int Count { get; }

    /// <summary>Samples that an epoch hands out, in all its batches together.</summary>
    int SampleCount { get; }

    /// <summary>
    /// The position after the batches handed out so far, not counting those read ahead. While an epoch is being enumerated it is
    /// (seed, epoch, batches handed out), that of the epoch started last when there are several; between the last batch and the end of the
    /// enumeration (seed, epoch, <see cref="Count"/>). Once the enumeration has ended, be it early (a <c>break</c>, a cancellation, an
    /// exception), it is (seed, next epoch, 0): to continue an epoch that was left, read the state inside the loop.
    /// </summary>
    /// <value>
    /// Setting it makes the next enumeration continue there, with the very batches the uninterrupted epoch would have had; skipped samples
    /// are not read. A state with all batches handed out makes the next enumeration empty, and the one after it is the next epoch. An
    /// enumeration that is running goes on unchanged.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative, or an epoch has fewer batches.</exception>
    DataLoaderState State { get; set; }

    /// <summary>The batches of an epoch, of the next one that no enumeration has begun yet.</summary>
    /// <param name="cancellation">Ends the epoch early: the next batch throws.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <exception cref="DataLoaderException">A sample could not be read; it is named.</exception>
    IEnumerable<TBatch> Batches(CancellationToken cancellation = default);
}
