using DeepLearning.Data;

namespace DeepLearning.Training;

public abstract partial class TrainingRun
{
    // What the loaders are to be set to when the run goes on; they themselves move on when an enumeration is left.
    private LoaderPosition? _training, _validation;
    private GeneratorState[]? _generators;
    private bool _loaded;

    /// <summary>Whether a checkpoint was loaded since the last fit.</summary>
    private protected bool IsLoaded => _loaded;

    /// <summary>Remembers where the loaders stand; the training loader's state is its own unless given.</summary>
    private protected void KeepPosition<TBatch>(IDataLoader<TBatch> loader, IDataLoader<TBatch>? validation, DataLoaderState? state = null)
    {
        _training = LoaderPosition.Of(loader) with { State = state ?? loader.State };
        _validation = validation is null ? null : LoaderPosition.Of(validation);
    }

    /// <summary>Sets the loaders, and after a checkpoint the generators, to where the run stands.</summary>
    private protected void TakePosition<TBatch>(IDataLoader<TBatch> loader, IDataLoader<TBatch>? validation)
    {
        if (_training is not null && (_loaded || Batch > 0 || Phase == TrainingPhase.Validation))
        {
            _training.Check(loader, "training");
            if (validation is not null)
            {
                _validation?.Check(validation, "validation");
            }

            loader.State = _training.State;
            if (validation is not null && _validation is not null)
            {
                validation.State = _validation.State;
            }
        }

        if (_generators is not null)
        {
            Generator.Default.State = _generators[0];
            for (int g = 0; g < Generators.Count; g++)
            {
                Generators[g].State = _generators[g + 1];
            }
        }

        _generators = null;
        _loaded = false;
    }

    /// <summary>Where a loader stands, and how large its epochs are.</summary>
    private sealed record LoaderPosition(DataLoaderState State, int Batches, int Samples)
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
}
