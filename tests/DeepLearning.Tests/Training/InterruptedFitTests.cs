using DeepLearning.Data;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Fits that end before their time, or that something disturbs.</summary>
public sealed class InterruptedFitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_fit_that_ended_before_its_first_batch_begins_the_same_epoch_again(int workers)
    {
        byte[] whole = Fit(static (_, fit) => fit(default));
        Assert.Equal(whole, Fit(static (_, fit) =>
        {
            Assert.ThrowsAny<OperationCanceledException>(() => fit(new CancellationToken(true)));
            fit(default);
        }));
        Assert.Equal(whole, Fit(static (samples, fit) =>
        {
            samples.AreBroken = true;
            Assert.Throws<DataLoaderException>(() => fit(default));
            samples.AreBroken = false;
            fit(default);
        }));

        byte[] Fit(Action<Breakable, Action<CancellationToken>> run)
        {
            Blobs.Net model = Blobs.Model(1);
            Trainer trainer = Blobs.Trainer(model);
            Breakable samples = new(Blobs.Points(60, 1));
            DataLoader<Example, Example> loader = DataLoader.Create(samples, 16, shuffle: true, workers: workers, seed: 5);
            Blobs.Seeded(() => run(samples, token => trainer.Fit(loader, 2, cancellation: token)));
            Assert.Equal(2, trainer.Epoch);
            return Blobs.Bits(model);
        }
    }

    [Fact]
    public void After_a_failed_first_batch_the_data_may_be_others()
    {
        Trainer trainer = Blobs.Trainer(Blobs.Model(1));
        TensorDataset points = Blobs.Points(60, 1);
        Assert.Throws<IndexException>(() => trainer.Fit(DataLoader.Create(new TensorDataset(points.Inputs, points.Targets + 9), 16), 1));
        Assert.Single(trainer.Fit(DataLoader.Create(points, 20), 1));
    }

    [Fact]
    public void A_metric_that_does_not_fit_is_told_before_anything_is_learned()
    {
        Blobs.Net model = Blobs.Model(1);
        byte[] before = [.. model.Parameters().SelectMany(static p => p.Detach().ToArray<float>()).SelectMany(BitConverter.GetBytes)];
        Trainer trainer = new(model, new SGD(model.Parameters(), 1), new CrossEntropyLoss()) { Metrics = [Metric.F1(Blobs.Classes + 1)] };
        Assert.Throws<ShapeException>(() => trainer.Fit(Blobs.Loader(), 1));
        Assert.Equal(before, model.Parameters().SelectMany(static p => p.Detach().ToArray<float>()).SelectMany(BitConverter.GetBytes));
        Assert.Equal(0, trainer.Steps);
    }

    [Fact]
    public void An_evaluation_in_the_middle_of_an_epoch_does_not_stop_its_clock()
    {
        Trainer trainer = Blobs.Trainer(Blobs.Model(1), null,
        [
            new TrainerTests.Watcher
            {
                OnBatch = static (run, _) =>
                {
                    if (run.Batch == 1)
                    {
                        ((Trainer)run).Evaluate(Blobs.Validation());
                    }

                    Thread.Sleep(20);
                },
            },
        ]);
        EpochRecord record = Assert.Single(trainer.Fit(Blobs.Loader(), 1));
        Assert.True(record.Duration.TotalMilliseconds >= 8 * 20, $"8 batches of 20 ms took {record.Duration.TotalMilliseconds} ms");
        Assert.Equal(120, record.Samples);
    }

    [Fact]
    public void A_checkpoint_knows_its_place_although_a_callback_went_over_the_same_loader()
    {
        byte[] whole = Fit(null);
        Assert.Equal(whole, Fit(_folder["run"]));

        static byte[] Fit(string? checkpoint)
        {
            Blobs.Net model = Blobs.Model(1);
            DataLoader<Example, Example> loader = Blobs.Loader();
            Trainer trainer = Blobs.Trainer(model, null, [new TrainerTests.Watcher { OnBatch = BatchEnded }]);
            Blobs.Seeded(() => trainer.Fit(loader, 1));
            if (checkpoint is not null)
            {
                model = Blobs.Model(2);
                trainer = Blobs.Trainer(model, null, [new TrainerTests.Watcher()]);
                trainer.LoadCheckpoint(checkpoint);
                Blobs.Seeded(() => trainer.Fit(Blobs.Loader(), 1));
            }

            Assert.Equal(120, trainer.History[0].Samples);
            return Blobs.Bits(model);

            void BatchEnded(TrainingRun run, double loss)
            {
                if (run.Batch == 3)
                {
                    ((Trainer)run).Evaluate(loader);
                }

                if (run.Batch == 5 && checkpoint is not null)
                {
                    run.SaveCheckpoint(checkpoint);
                    run.Stop("a test");
                }
            }
        }
    }

    [Fact]
    public void Every_callback_hears_of_the_end_whatever_another_throws()
    {
        List<TrainingOutcome> heard = [];
        TrainingCallback[] callbacks = [new Ending(static _ => throw new IOException("disk full")), new Ending(heard.Add)];
        Trainer trainer = Blobs.Trainer(Blobs.Model(1), null, callbacks);
        Assert.Equal("disk full", Assert.Throws<IOException>(() => trainer.Fit(Blobs.Loader(), 1)).Message);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(Blobs.Loader(), 2, cancellation: new CancellationToken(true)));
        Assert.Equal([TrainingOutcome.Completed, TrainingOutcome.Canceled], heard);
    }

    [Fact]
    public void A_run_does_one_thing_at_a_time()
    {
        List<string> errors = [];
        Trainer trainer = Blobs.Trainer(Blobs.Model(1), null,
        [
            new TrainerTests.Watcher
            {
                OnEpoch = (run, _) =>
                {
                    errors.Add(Assert.Throws<InvalidOperationException>(() => ((Trainer)run).Fit(Blobs.Loader(), 5)).Message);
                    errors.Add(Assert.Throws<InvalidOperationException>(() => run.LoadCheckpoint(_folder["run"])).Message);
                },
            },
        ]);
        Assert.Single(trainer.Fit(Blobs.Loader(), 1));
        Assert.StartsWith("Fit: a fit of this run is under way", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("LoadCheckpoint: a fit", errors[1], StringComparison.Ordinal);
        Assert.Equal(2, trainer.Fit(Blobs.Loader(), 2).Count);
    }

    [Fact]
    public void Folders_of_files_are_made_before_the_first_batch_or_the_fit_does_not_begin()
    {
        string checkpoint = Path.Combine(_folder.Root, "runs", "1", "run.ckpt");
        string best = Path.Combine(_folder.Root, "best", "model.safetensors");
        Trainer trainer = Start(new CheckpointSettings(checkpoint), new BestModel("loss", best));
        trainer.Fit(Blobs.Loader(), 1);
        Assert.True(File.Exists(checkpoint) && File.Exists(best));

        Trainer oneFile = Start(new CheckpointSettings(best), new BestModel("loss", best));
        Assert.Contains("one of its own", Assert.Throws<ArgumentException>(() => oneFile.Fit(Blobs.Loader(), 1)).Message,
            StringComparison.Ordinal);
        File.WriteAllText(_folder["file"], "");
        foreach (string bad in (string[])[_folder.Root, Path.Combine(_folder["file"], "run.ckpt")])
        {
            foreach (Trainer other in (Trainer[])[Start(new CheckpointSettings(bad)), Start(null, new BestModel("loss", bad))])
            {
                Assert.ThrowsAny<IOException>(() => other.Fit(Blobs.Loader(), 1));
                Assert.Equal(0, other.Steps);
            }
        }

        static Trainer Start(CheckpointSettings? settings, params TrainingCallback[] callbacks)
        {
            Blobs.Net model = Blobs.Model(1);
            return new Trainer(model, new Adam(model.Parameters()), new CrossEntropyLoss())
            {
                Checkpoints = settings,
                Callbacks = callbacks,
            };
        }
    }

    [Fact]
    public void Settings_that_train_nothing_are_refused()
    {
        Blobs.Net model = Blobs.Model(1), other = Blobs.Model(2);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new Trainer(model, new Adam(other.Parameters()), new CrossEntropyLoss()).Fit(Blobs.Loader(), 1));
        Assert.Contains("none of the parameters of the model (Net)", error.Message, StringComparison.Ordinal);
        foreach (double norm in (double[])[0, -1, double.NaN])
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new Trainer(model, new Adam(model.Parameters()), new CrossEntropyLoss()) { MaxGradientNorm = norm });
        }
    }

    /// <summary>A set that can be made to fail.</summary>
    private sealed class Breakable(IDataset<Example> source) : IDataset<Example>
    {
        public bool AreBroken { get; set; }

        public int Count => source.Count;

        public Example this[int index] => AreBroken ? throw new InvalidDataException("broken") : source[index];
    }

    private sealed class Ending(Action<TrainingOutcome> ended) : TrainingCallback
    {
        public override void FitEnded(TrainingRun run, TrainingOutcome outcome) => ended(outcome);
    }
}
