using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private const int Epochs = 3, Batches = 8;

    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Root, "run.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("adam", 0, 1)]
    [InlineData("sgd", 2, 1)]
    [InlineData("rmsprop", 1, 3)]
    public void A_run_resumed_after_any_batch_ends_with_the_same_bits(string optimizer, int workers, int accumulate)
    {
        Run whole = Start(optimizer, accumulate);
        whole.Fit(workers);
        for (int stop = 1; stop < Epochs * Batches; stop++)
        {
            Run first = Start(optimizer, accumulate, stopAfter: stop, settings: new CheckpointSettings(File));
            first.Fit(workers);
            Assert.Equal(stop, (first.Trainer.Epoch * Batches) + first.Trainer.Batch);

            // Other weights, other random numbers, another order: the checkpoint has all of it.
            Run second = Start(optimizer, accumulate, seed: 1000 + (ulong)stop, loaderSeed: 77);
            second.Trainer.LoadCheckpoint(File);
            second.Fit(workers);
            AssertSame(whole, second);
        }
    }

    [Fact]
    public void A_checkpoint_every_few_batches_is_as_good_as_one_at_the_end()
    {
        Run whole = Start("adam", 1);
        whole.Fit(0);
        foreach (int stop in (int[])[4, 5, 7, 8, 11, 20])
        {
            Run first = Start("adam", 1, settings: new CheckpointSettings(File) { EveryBatches = 3 }, crashAfter: stop);
            Assert.Throws<TimeoutException>(() => first.Fit(0));
            Run second = Start("adam", 1, seed: 99, settings: new CheckpointSettings(File));
            Assert.True(second.Trainer.TryResume());
            Assert.InRange((second.Trainer.Epoch * Batches) + second.Trainer.Batch, stop - 3, stop);
            second.Fit(0);
            AssertSame(whole, second);
            System.IO.File.Delete(File);
        }
    }

    [Fact]
    public void Cancelling_saves_the_checkpoint_and_says_how_to_go_on()
    {
        Run whole = Start("adam", 1);
        whole.Fit(0);
        foreach (TrainingPhase phase in (TrainingPhase[])[TrainingPhase.Training, TrainingPhase.Validation, TrainingPhase.EpochEnd])
        {
            using CancellationTokenSource source = new();
            Run first = Start("adam", 1, settings: new CheckpointSettings(File));
            TrainerTests.Listener cancels = new(p =>
            {
                if (p.Epoch == 2 && p.Phase == phase)
                {
                    source.Cancel();
                }
            });
            OperationCanceledException error = Assert.Throws<OperationCanceledException>(() => first.Fit(0, cancels, source.Token));
            Assert.Contains(File, error.Message, StringComparison.Ordinal);
            Run second = Start("adam", 1, seed: 99, settings: new CheckpointSettings(File));
            Assert.True(second.Trainer.TryResume());
            second.Fit(0);
            AssertSame(whole, second);
        }
    }

    [Fact]
    public void A_finished_run_is_loaded_as_finished()
    {
        Run whole = Start("adam", 1, settings: new CheckpointSettings(File));
        whole.Fit(0);
        Run again = Start("adam", 1, seed: 99, settings: new CheckpointSettings(File));
        Assert.True(again.Trainer.TryResume());
        Assert.Equal(Epochs, again.Trainer.Epoch);
        again.Fit(0);
        AssertSame(whole, again);
    }

    [Fact]
    public void Early_stopping_and_the_best_model_are_resumed()
    {
        History whole = Fit(stopAfter: null, out byte[] expected, out int bestEpoch);
        for (int stop = 1; stop < whole.Count; stop++)
        {
            Fit(stop, out _, out _);
            History resumed = Fit(stopAfter: null, out byte[] bits, out int best);
            Assert.Equal(whole["val_loss"], resumed["val_loss"]);
            Assert.Equal(bestEpoch, best);
            Assert.Equal(expected, bits);
            System.IO.File.Delete(File);
        }

        History Fit(int? stopAfter, out byte[] bits, out int best)
        {
            Blobs.Net model = Blobs.Model(2);
            BestModel keeps = new("val_loss");
            Trainer trainer = new(model, new SGD(model.Parameters(), 0.4), static (s, y) => Loss.CrossEntropy(s, y))
            {
                Checkpoints = new CheckpointSettings(File),
                Callbacks =
                [
                    keeps, new EarlyStopping("val_loss", patience: 3),
                    new TrainerTests.Watcher { OnEpoch = (run, record) => Stop(run, record.Epoch == stopAfter) },
                ],
            };
            if (stopAfter is null)
            {
                trainer.TryResume();
            }

            Blobs.Seeded(() => trainer.Fit(Blobs.Loader(), 20, Blobs.Validation()));
            if (stopAfter is null)
            {
                Assert.True(trainer.Epoch < 20);
            }

            (bits, best) = (Blobs.Bits(model), keeps.Epoch);
            return trainer.History;
        }

        static void Stop(TrainingRun run, bool now)
        {
            if (now)
            {
                run.Stop("enough");
            }
        }
    }

    [Fact]
    public void A_checkpoint_of_another_run_changes_nothing_and_says_what_differs()
    {
        Run run = Start("adam", 1);
        run.Fit(0);
        run.Trainer.SaveCheckpoint(File);

        Linear other = new(2, 3);
        byte[] before = Blobs.Bits(other);
        Trainer trainer = new(other, new Adam(other.Parameters()), static (s, y) => Loss.CrossEntropy(s, y));
        StateDictException error = Assert.Throws<StateDictException>(() => trainer.LoadCheckpoint(File));
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
        Assert.Contains("fc1.weight", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("strict", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Blobs.Bits(other));

        Blobs.Net model = Blobs.Model(8);
        before = Blobs.Bits(model);
        Trainer sgd = new(model, new SGD(model.Parameters(), 0.1), static (s, y) => Loss.CrossEntropy(s, y));
        Assert.Contains("SGD.LoadStateDict", Assert.Throws<StateDictException>(() => sgd.LoadCheckpoint(File)).Message,
            StringComparison.Ordinal);
        Trainer metrics = new(model, new Adam(model.Parameters(), 0.01), new CrossEntropyLoss()) { Metrics = [Metric.F1(3)] };
        InvalidDataException others = Assert.Throws<InvalidDataException>(() => metrics.LoadCheckpoint(File));
        Assert.Contains("metrics accuracy, f1; this run has f1", others.Message, StringComparison.Ordinal);
        Assert.Equal(before, Blobs.Bits(model));
        Assert.Equal((0, 0L), (metrics.Epoch, sgd.Steps));

        Run shorter = Start("adam", 1);
        shorter.Trainer.LoadCheckpoint(File);
        ArgumentException loader = Assert.Throws<ArgumentException>(
            () => shorter.Trainer.Fit(Blobs.Loader(count: 60), 9, Blobs.Validation()));
        Assert.Contains("120 training samples in 8 batches", loader.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_no_checkpoint_are_refused()
    {
        Run run = Start("adam", 1);
        Assert.Throws<FileNotFoundException>(() => run.Trainer.LoadCheckpoint(File));
        Assert.Throws<InvalidOperationException>(() => run.Trainer.TryResume());
        run.Model.Save(File);
        Assert.Contains("not a checkpoint", Assert.Throws<InvalidDataException>(() => run.Trainer.LoadCheckpoint(File)).Message,
            StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, "half a file");
        Assert.Throws<SafetensorsException>(() => run.Trainer.LoadCheckpoint(File));
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_or_harmless_and_never_half_loaded()
    {
        Run run = Start("adam", 1, stopAfter: 11);
        run.Fit(0);
        run.Trainer.SaveCheckpoint(File);
        byte[] good = System.IO.File.ReadAllBytes(File);
        int header = (int)BitConverter.ToInt64(good);
        Random random = new(4);
        Run victim = Start("adam", 1, seed: 5);
        byte[] before = Blobs.Bits(victim.Model);
        for (int i = 0; i < 400; i++)
        {
            byte[] bad = [.. good];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                // Mostly in the header and in the counts of the run, where a change can do harm.
                int at = random.Next(3) == 0 ? random.Next(bad.Length) : random.Next(Math.Min(bad.Length, header + 600));
                bad[at] ^= (byte)(1 << random.Next(8));
            }

            System.IO.File.WriteAllBytes(File, random.Next(8) == 0 ? bad[..random.Next(bad.Length)] : bad);
            try
            {
                victim.Trainer.LoadCheckpoint(File);
                victim = Start("adam", 1, seed: 5);
            }
            catch (Exception e) when (e is SafetensorsException or InvalidDataException or StateDictException)
            {
                Assert.Equal(before, Blobs.Bits(victim.Model));
                Assert.Equal((0, 0, 0L), (victim.Trainer.Epoch, victim.Trainer.Batch, victim.Trainer.Steps));
            }
        }
    }

    private static void AssertSame(Run expected, Run actual)
    {
        Assert.Equal(Blobs.Bits(expected.Model), Blobs.Bits(actual.Model));
        Assert.Equal(
            Safetensors.ToBytes(expected.Trainer.Optimizer.StateDict()), Safetensors.ToBytes(actual.Trainer.Optimizer.StateDict()));
        Assert.Equal(expected.Trainer.Steps, actual.Trainer.Steps);
        Assert.Equal(expected.Trainer.History.Names, actual.Trainer.History.Names);
        Assert.All(expected.Trainer.History.Names, name => Assert.Equal(expected.Trainer.History[name], actual.Trainer.History[name]));
        Assert.Equal(expected.Own.State, actual.Own.State);
    }

    private static Run Start(
        string optimizer, int accumulate, ulong seed = 1, ulong loaderSeed = 5, int? stopAfter = null, int? crashAfter = null,
        CheckpointSettings? settings = null)
    {
        Blobs.Net model = Blobs.Model(seed);
        Optimizer chosen = optimizer switch
        {
            "adam" => new Adam(model.Parameters(), 0.01),
            "sgd" => new SGD(model.Parameters(), 0.1, momentum: 0.9),
            _ => new RMSprop(model.Parameters(), 0.01),
        };
        Generator own = new(seed + 40);
        int done = 0;
        Trainer trainer = new(model, chosen, static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            Metrics = [Metric.Accuracy(), Metric.F1(Blobs.Classes)],
            Schedule = new CosineSchedule(Epochs * Batches).AfterWarmUp(4),
            AccumulateBatches = accumulate,
            Checkpoints = settings,
            Generators = [own],
            Callbacks = [new TrainerTests.Watcher { OnBatch = (run, _) => BatchEnded(run) }],
        };
        return new Run(seed, model, trainer, own, loaderSeed);

        void BatchEnded(TrainingRun run)
        {
            own.NextUInt64();
            done++;
            if (done == stopAfter)
            {
                run.Stop("a test");
            }

            if (done == crashAfter)
            {
                throw new TimeoutException("a crash");
            }
        }
    }

    private sealed record Run(ulong Seed, Blobs.Net Model, Trainer Trainer, Generator Own, ulong LoaderSeed)
    {
        public void Fit(int workers, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
            Blobs.Seeded(
                () => Trainer.Fit(
                    Blobs.Loader(seed: LoaderSeed, workers: workers), Epochs, Blobs.Validation(), progress, cancellation),
                Seed);
    }
}
