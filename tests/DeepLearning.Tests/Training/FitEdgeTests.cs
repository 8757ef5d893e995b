using System.Collections;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>The ends of a fit's progress, its checkpoints, its positions and its warnings.</summary>
public sealed class FitEdgeTests
{
    private const int Batches = 8, Validations = 2;

    [Fact]
    public void What_remains_is_the_time_so_far_for_each_batch_done_times_those_left()
    {
        List<(TrainingProgress Told, int Epoch)> told = [];
        Trainer trainer = Blobs.Trainer(Blobs.Model(1));
        trainer.Fit(Blobs.Loader(), 3, Blobs.Validation(), new TrainerTests.Listener(p => told.Add((p, trainer.Epoch))));
        int done = 0;
        foreach ((TrainingProgress p, int epoch) in told)
        {
            bool isEnd = p.Phase == TrainingPhase.EpochEnd;
            done += isEnd ? 0 : 1;
            int left = (3 * (Batches + Validations)) - done;
            Assert.Equal(p.Elapsed * ((double)left / done), p.Remaining);
            Assert.Equal(p.Phase == TrainingPhase.Validation ? Validations : Batches, p.Batches);
            Assert.Equal(isEnd ? epoch : epoch + 1, p.Epoch);
            Assert.True(p.SamplesPerSecond > 0);
        }

        Assert.Equal(3 * (Batches + Validations), done);
    }

    [Theory]
    [InlineData(1, 0, "1 2 3 4 5")]
    [InlineData(2, 0, "2 4 5")]
    [InlineData(3, 0, "3 5")]
    [InlineData(9, 0, "5")]
    [InlineData(3, 4, "3 4")]
    [InlineData(9, 1, "1")]
    public void Checkpoints_are_saved_every_few_epochs_and_when_the_run_ends(int every, int stopAfter, string expected)
    {
        using TemporaryFolder folder = new();
        List<int> saved = [];
        Blobs.Net model = Blobs.Model(1);
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss())
        {
            PrintProgress = false,
            Checkpoints = new CheckpointSettings(folder["run"]) { EveryEpochs = every },
            Callbacks =
            [
                new TrainerTests.Watcher
                {
                    OnCheckpoint = (run, _) => saved.Add(run.Epoch),
                    OnEpoch = (run, record) =>
                    {
                        if (record.Epoch == stopAfter)
                        {
                            run.Stop("a test");
                        }
                    },
                },
            ],
        };
        trainer.Fit(Blobs.Loader(32), 5);
        Assert.Equal(expected, string.Join(' ', saved));
    }

    [Fact]
    public void A_fit_within_an_epoch_goes_on_with_the_loaders_it_began_with()
    {
        Trainer trainer = Blobs.Trainer(Blobs.Model(1), callbacks: [new TrainerTests.Watcher
        {
            OnBatch = static (run, _) =>
            {
                if (run.Batch == 3)
                {
                    run.Stop("a test");
                }
            },
        }]);
        DataLoader<Example, Example> loader = Blobs.Loader();
        trainer.Fit(loader, 2, Blobs.Validation());
        DataLoader<Example, Example> others = DataLoader.Create(Blobs.Points(61, 2), 32);
        ArgumentException error = Assert.Throws<ArgumentException>(() => trainer.Fit(loader, 2, others));
        Assert.Contains("60 validation samples in 2 batches, this loader has 61", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => trainer.Fit(Blobs.Loader(121), 2, Blobs.Validation()));
        Assert.Contains("120 training samples in 8 batches, this loader has 121", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 3), (trainer.Epoch, trainer.Batch));

        // Without a validation there is none to go on with.
        trainer.Fit(loader, 1);
        Assert.Equal((1, 0), (trainer.Epoch, trainer.Batch));
    }

    [Fact]
    public void The_time_of_a_validation_that_is_resumed_counts()
    {
        using CancellationTokenSource source = new();
        Trainer trainer = Blobs.Trainer(Blobs.Model(1));
        DataLoader<Example, Example> loader = Blobs.Loader();
        TrainerTests.Listener cancels = new(p =>
        {
            if (p.Phase == TrainingPhase.Validation)
            {
                source.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(loader, 1, Blobs.Validation(), cancels, source.Token));
        TimeSpan before = trainer.State.Tally.Elapsed;
        Assert.Equal((before, 0), (trainer.State.Tally.Elapsed, trainer.History.Count));
        trainer.Fit(loader, 1, Blobs.Validation());
        Assert.True(Assert.Single(trainer.History).Duration > before);
    }

    [Theory]
    [InlineData(10, 40, 40, "ends after 10 of the run's 40 steps")]
    [InlineData(123, 1000, 1000, "ends after 123 of the run's 1000 steps")]
    [InlineData(1, 1000, 1000, "ends after 1 of the run's 1000 steps")]
    [InlineData(899, 1000, 1000, "ends after 899 of the run's 1000 steps")]
    [InlineData(900, 1000, 1000, null)]
    [InlineData(2, 4, 4, "ends after 2 of the run's 4 steps")]
    [InlineData(3, 4, 4, null)]
    public void The_end_of_a_rule_that_says_none_is_found_to_the_step(int end, int batches, int planned, string? expected)
    {
        Trainer trainer = Scheduled(new LambdaSchedule(t => t < end ? 1 - (t / (2.0 * end)) : 0));
        trainer.Fit(Blobs.Loader(), 1);
        string? warning = ScheduleEnd.Warning(trainer, batches);
        Assert.Equal(expected is null, warning is null);
        Assert.Contains(expected ?? "", warning ?? "", StringComparison.Ordinal);
        Assert.Equal(warning is not null, planned - end > Math.Max(1, planned / 10));
    }

    [Fact]
    public void Epochs_are_proposed_where_they_are_not_the_steps()
    {
        Trainer trainer = Scheduled(new CosineSchedule(2));
        trainer.Fit(Blobs.Loader(), 5);
        Assert.EndsWith("Give it all 5 steps.", ScheduleEnd.Warning(trainer, 1), StringComparison.Ordinal);
        Assert.EndsWith("to count epochs.", ScheduleEnd.Warning(trainer, 2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "2 parameters ([3, 2], [3])")]
    [InlineData(2, "4 parameters ([3, 2], [3], [3, 2], …)")]
    public void Of_parameters_that_nobody_trains_three_are_named(int layers, string expected)
    {
        Linear model = new(2, 3);
        Linear[] outside = [.. Enumerable.Range(0, layers).Select(static _ => new Linear(2, 3))];
        Tensor Scores(Tensor x) => outside.Aggregate(model.Forward(x), (sum, layer) => sum + layer.Forward(x));
        Trainer<Example> trainer = new(
            model, new SGD(model.Parameters(), 0.1), batch => new BatchOutput(Loss.CrossEntropy(Scores(batch.Input), batch.Target)))
        {
            PrintProgress = false,
        };
        trainer.Fit(Blobs.Loader(), 1);
        Assert.Contains(expected, Assert.Single(trainer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Patience_may_have_waited_for_as_many_epochs_as_can_be_counted()
    {
        EarlyStopping callback = new();
        Dictionary<string, Tensor> state = new()
        {
            ["best"] = Tensor.FromScalar(0.5, DType.Float64),
            ["waited"] = Tensor.FromScalar((long)int.MaxValue),
        };
        callback.LoadStateDict(state);
        Assert.Equal(int.MaxValue, callback.StateDict()["waited"].Item<long>());
        callback.LoadStateDict(new Dictionary<string, Tensor>());
        Assert.DoesNotContain("waited", callback.StateDict().Keys.Where(key => callback.StateDict()[key].Item<double>() > 0));
    }

    [Fact]
    public void A_loader_without_batches_is_named()
    {
        Trainer trainer = Blobs.Trainer(Blobs.Model(1));
        NoBatches none = new();
        Assert.Contains("the loader has no batches", Assert.Throws<ArgumentException>(() => trainer.Predict(none)).Message,
            StringComparison.Ordinal);
        Assert.Contains("the evaluation loader has no batches", Assert.Throws<ArgumentException>(() => trainer.Evaluate(none)).Message,
            StringComparison.Ordinal);
        Assert.Contains("the training loader has no batches", Assert.Throws<ArgumentException>(() => trainer.Fit(none, 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains("the validation loader has no batches",
            Assert.Throws<ArgumentException>(() => trainer.Fit(Blobs.Loader(), 1, none)).Message, StringComparison.Ordinal);
        Assert.Equal(0, trainer.Steps);
    }

    [Fact]
    public void The_time_of_an_epoch_is_what_was_counted_before_and_since()
    {
        Tally tally = new() { State = [0, 0, 0, 0, 3, 5] };
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)), (tally.Waiting, tally.Elapsed));
        tally.Start();
        tally.State = [0, 0, 0, 0, 4, 7];
        Assert.InRange(tally.Elapsed, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(60));
        SpinWait.SpinUntil(() => tally.Elapsed > TimeSpan.FromSeconds(7));
        tally.Stop();
        Assert.True(tally.Elapsed > TimeSpan.FromSeconds(7));
        tally.State = [0, 0, 0, 0, 4, 7];
        Assert.Equal(TimeSpan.FromSeconds(7), tally.Elapsed);
        tally.Clear();
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (tally.Waiting, tally.Elapsed));
        tally.Start();
        SpinWait.SpinUntil(() => tally.Elapsed > TimeSpan.Zero);
        tally.Stop();
        tally.Clear();
        Assert.Equal(TimeSpan.Zero, tally.Elapsed);
    }

    [Theory]
    [InlineData(2, 5, 5)]
    [InlineData(5, 2, 5)]
    [InlineData(5, 5, 5)]
    public void Of_processes_that_worked_beside_one_another_the_longer_time_counts(double own, double other, double expected)
    {
        Tally tally = new() { State = [1, 2, 3, 4, own, own] }, second = new() { State = [10, 20, 30, 40, other, other] };
        tally.Merge(second);
        Assert.Equal([11, 22, 33, 44, expected, expected], tally.State);
    }

    [Theory]
    [InlineData(0.9, "")]
    [InlineData(1, "  0:01 left")]
    [InlineData(3599, "  59:59 left")]
    [InlineData(3600, "  1:00:00 left")]
    [InlineData(86_399, "  23:59:59 left")]
    [InlineData(86_400, "  1.00:00:00 left")]
    public void A_line_of_progress_ends_with_the_time_left(double seconds, string expected)
    {
        using StringWriter text = new();
        TrainingProgress told = new()
        {
            Phase = TrainingPhase.EpochEnd,
            Epoch = 1,
            Epochs = 2,
            Batch = 8,
            Batches = 8,
            Values = new Dictionary<string, double>(),
            LearningRate = 0.1,
            SamplesPerSecond = 1,
            Elapsed = TimeSpan.FromSeconds(1),
            Remaining = TimeSpan.FromSeconds(seconds),
            Record = new EpochRecord(1, new Dictionary<string, double>(), 0.1, 1, TimeSpan.FromSeconds(1), TimeSpan.Zero),
        };
        new PlainProgress(text).Report(told);
        Assert.Equal(told + expected + text.NewLine, text.ToString());
    }

    private static Trainer Scheduled(Schedule schedule)
    {
        Linear model = new(2, 3);
        return new(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss()) { Schedule = schedule, PrintProgress = false };
    }

    private sealed class NoBatches : IDataLoader<Example>
    {
        public int Count => 0;

        public int SampleCount => 0;

        public DataLoaderState State { get; set; }

        public IEnumerable<Example> Batches(CancellationToken cancellation = default) => [];

        public IEnumerator<Example> GetEnumerator() => Batches().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
