using DeepLearning.Data;

namespace DeepLearning.Training;

/// <summary>What a run's loaders are to be set to when it goes on; they themselves move on when an enumeration is left.</summary>
internal sealed class LoaderPositions
{
    /// <summary>That of the training; null before the first fit.</summary>
    public LoaderPosition? Training { get; set; }

    /// <summary>That of the validation; null without one.</summary>
    public LoaderPosition? Validation { get; set; }

    /// <summary>Remembers where the loaders stand; the training loader's state is its own unless given.</summary>
    public void Keep<TBatch>(IDataLoader<TBatch> training, IDataLoader<TBatch>? validation, DataLoaderState? state = null)
    {
        Training = LoaderPosition.Of(training) with { State = state ?? training.State };
        Validation = validation is null ? null : LoaderPosition.Of(validation);
    }

    /// <summary>Sets the loaders to where they are remembered.</summary>
    /// <exception cref="ArgumentException">A loader has other epochs than the one remembered; nothing was changed.</exception>
    public void SetBack<TBatch>(IDataLoader<TBatch> training, IDataLoader<TBatch>? validation)
    {
        if (Training is null)
        {
            return;
        }

        Training.Check(training, "training");
        if (validation is not null)
        {
            Validation?.Check(validation, "validation");
        }

        training.State = Training.State;
        if (validation is not null && Validation is not null)
        {
            validation.State = Validation.State;
        }
    }
}

/// <summary>Where a loader stands, and how large its epochs are.</summary>
internal sealed record LoaderPosition(DataLoaderState State, int Batches, int Samples)
{
    public static LoaderPosition Of<TBatch>(IDataLoader<TBatch> loader) => new(loader.State, loader.Count, loader.SampleCount);

    /// <summary>The position as a checkpoint has it.</summary>
    public Tensor ToTensor() => Tensor.From([unchecked((long)State.Seed), State.Epoch, State.Batch, Batches, Samples]);

    public static LoaderPosition From(Tensor tensor)
    {
        long[] n = tensor.ToArray<long>();
        return new(new DataLoaderState(unchecked((ulong)n[0]), checked((int)n[1]), checked((int)n[2])),
            checked((int)n[3]), checked((int)n[4]));
    }

    public void Check<TBatch>(IDataLoader<TBatch> loader, string kind)
    {
        if (loader.Count != Batches || loader.SampleCount != Samples)
        {
            throw new ArgumentException(
                $"Trainer: the run stands in an epoch of {Samples} {kind} samples in {Batches} batches, this loader "
                + $"has {loader.SampleCount} "
                + $"samples in {loader.Count} batches; give it the loader it began with.",
                nameof(loader));
        }
    }
}
