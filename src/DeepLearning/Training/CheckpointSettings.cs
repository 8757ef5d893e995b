namespace DeepLearning.Training;

/// <summary>Where and when a run saves its checkpoint. Each one replaces the one before, in one piece.</summary>
public sealed record CheckpointSettings
{
    /// <summary>A checkpoint after each epoch, and when the training is canceled or stopped.</summary>
    /// <param name="path">The file; its folder is made when a fit begins.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public CheckpointSettings(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Epochs between two checkpoints.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int EveryEpochs
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1;

    /// <summary>Batches between two checkpoints within an epoch; null for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? EveryBatches
    {
        get;
        init
        {
            if (value is { } batches)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(batches, 1);
            }

            field = value;
        }
    }
}
