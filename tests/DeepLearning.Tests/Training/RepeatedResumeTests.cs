using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>A run that ends and goes on several times within one epoch is the run that did not end.</summary>
public sealed class RepeatedResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 3, 5)]
    [InlineData(2, 1, 4, 6)]
    [InlineData(0, 1, 2, 3, 4, 5, 6, 7)]
    [InlineData(0, 2, 9, 11)]
    [InlineData(2, 7, 8, 15)]
    public void Every_resume_goes_on_where_the_one_before_stopped(int workers, params int[] stops)
    {
        (byte[] bits, double[] figures, List<float[]> seen) whole = Run([], workers), parts = Run(stops, workers);
        Assert.Equal(whole.seen.Count, parts.seen.Count);
        Assert.All(whole.seen.Zip(parts.seen), static pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(whole.figures, parts.figures);
        Assert.Equal(whole.bits, parts.bits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(11)]
    public void A_resume_that_ends_before_its_first_batch_stands_where_it_began(int stop)
    {
        (byte[] bits, double[] figures, List<float[]> seen) whole = Run([], 0), parts = Run([stop, stop, stop], 0);
        Assert.Equal(whole.seen.Count, parts.seen.Count);
        Assert.All(whole.seen.Zip(parts.seen), static pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(whole.figures, parts.figures);
        Assert.Equal(whole.bits, parts.bits);
    }

    [Fact]
    public void A_loader_set_back_twice_within_an_epoch_gives_the_rest_of_it()
    {
        DataLoader<Example, Example> loader = Blobs.Loader();
        float[][] whole = [.. loader.Select(static b => b.Input.ToArray<float>())];
        loader.Epoch = 0;
        DataLoaderState state = loader.State;
        List<float[]> parts = [];
        foreach (int take in (int[])[1, 2, 1, 3])
        {
            DataLoader<Example, Example> resumed = Blobs.Loader(seed: 77);
            resumed.State = state;
            int taken = 0;
            foreach (Example batch in resumed)
            {
                parts.Add(batch.Input.ToArray<float>());
                state = resumed.State;
                if (++taken == take)
                {
                    break;
                }
            }
        }

        Assert.Equal(7, parts.Count);
        Assert.Equal(whole[..parts.Count], parts);
    }

    // Two epochs of eight batches; a stop is a number of batches counted from the beginning. One that repeats the stop before it is a fit
    // that is canceled as it asks for its first batch.
    private (byte[] Bits, double[] Figures, List<float[]> Seen) Run(int[] stops, int workers)
    {
        string path = _folder[$"run-{string.Join('-', stops)}-{workers}"];
        List<float[]> seen = [];
        for (int part = 0; ; part++)
        {
            Blobs.Net model = Blobs.Model(part == 0 ? 1UL : 50 + (ulong)part);
            int stop = part < stops.Length ? stops[part] : int.MaxValue;
            Trainer trainer = Blobs.Trainer(model, null, [new TrainerTests.Watcher { OnBatch = BatchEnded }]);
            if (part > 0)
            {
                trainer.LoadCheckpoint(path);
            }

            if (part > 0 && stop == stops[part - 1])
            {
                Canceled(trainer, path, part);
                continue;
            }

            DataLoader<Example, Example> loader = Blobs.Loader(seed: part == 0 ? 5UL : 500 + (ulong)part, workers: workers);
            Blobs.Seeded(
                () => trainer.Fit(new Recorder(loader, seen), 2, Blobs.Validation()), part == 0 ? 9UL : 900 + (ulong)part);
            if (part == stops.Length)
            {
                History history = trainer.History;
                return (Blobs.Bits(model), [.. history["loss"], .. history["val_loss"], .. history["accuracy"]], seen);
            }

            void BatchEnded(TrainingRun run, double loss)
            {
                if ((run.Epoch * 8) + run.Batch == stop)
                {
                    run.SaveCheckpoint(path);
                    run.Stop("a test");
                }
            }
        }
    }

    private static void Canceled(Trainer trainer, string path, int part)
    {
        Module<Tensor, Tensor> model = (Module<Tensor, Tensor>)trainer.Model;
        Trainer resumed = new(model, trainer.Optimizer, static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            Metrics = [Metric.Accuracy()],
            Callbacks = [new TrainerTests.Watcher()],
            Checkpoints = new CheckpointSettings(path),
        };
        resumed.LoadCheckpoint(path);
        Assert.ThrowsAny<OperationCanceledException>(() => Blobs.Seeded(
            () => resumed.Fit(Blobs.Loader(seed: 700 + (ulong)part), 2, Blobs.Validation(), cancellation: new CancellationToken(true))));
    }

    /// <summary>A loader that notes what the trainer takes from it.</summary>
    private sealed class Recorder(DataLoader<Example, Example> inner, List<float[]> seen) : IDataLoader<Example>
    {
        public int Count => inner.Count;

        public int SampleCount => inner.SampleCount;

        public DataLoaderState State
        {
            get => inner.State;
            set => inner.State = value;
        }

        public IEnumerable<Example> Batches(CancellationToken cancellation = default)
        {
            foreach (Example batch in inner.Batches(cancellation))
            {
                seen.Add(batch.Input.ToArray<float>());
                yield return batch;
            }
        }

        public IEnumerator<Example> GetEnumerator() => Batches().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
