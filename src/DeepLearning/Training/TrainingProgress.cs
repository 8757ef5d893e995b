namespace DeepLearning.Training;

/// <summary>Where a run stands, told after each batch and each epoch.</summary>
public sealed record TrainingProgress
{
    /// <summary>What the run is doing.</summary>
    public required TrainingPhase Phase { get; init; }

    /// <summary>The epoch's number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The epochs that the run will have in the end.</summary>
    public required int Epochs { get; init; }

    /// <summary>The batches done, of the epoch or of its validation.</summary>
    public required int Batch { get; init; }

    /// <summary>The batches of the epoch, or of its validation.</summary>
    public required int Batches { get; init; }

    /// <summary>The figures so far, by name: means over the phase's batches; at the epoch's end those of its record.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>The learning rate of the first parameter group.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Samples per second since the phase began (since it went on, in a resumed epoch).</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>The time since the fit began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>An estimate of the time until the last epoch ends, from the speed so far; null before the first batch.</summary>
    public required TimeSpan? Remaining { get; init; }

    /// <summary>The ended epoch; null within one.</summary>
    public EpochRecord? Record { get; init; }

    /// <summary>Where the run stands, on one line.</summary>
    public override string ToString()
    {
        string figures = FigureFormat.Line(Values);
        return Phase switch
        {
            TrainingPhase.EpochEnd => FormattableString.Invariant(
                $"epoch {Epoch}/{Epochs}  {figures}  {Record?.Duration.TotalSeconds:0.0} s"),
            TrainingPhase.Validation => FormattableString.Invariant($"epoch {Epoch}/{Epochs}  validation {Batch}/{Batches}  {figures}"),
            _ => FormattableString.Invariant($"epoch {Epoch}/{Epochs}  batch {Batch}/{Batches}  {figures}"),
        };
    }
}
