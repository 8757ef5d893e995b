using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public void A_fit_learns_and_tells_its_history()
    {
        Blobs.Net model = Blobs.Model(1);
        Trainer trainer = Blobs.Trainer(model);
        History history = trainer.Fit(Blobs.Loader(), 8, Blobs.Validation());

        Assert.Same(trainer.History, history);
        Assert.Equal(8, history.Count);
        Assert.Equal(["loss", "accuracy", "val_loss", "val_accuracy"], history.Names);
        Assert.True(history["val_accuracy"][^1] > 0.9, history.ToString());
        Assert.True(history["loss"][^1] < history["loss"][0]);
        Assert.All(history, static epoch => Assert.Equal(120, epoch.Samples));
        Assert.Equal(8, trainer.Epoch);
        Assert.Equal(8 * 8, trainer.Steps);
        Assert.Equal(history["val_loss"].Min(), history.Best("val_loss", higherIsBetter: false)["val_loss"]);
    }

    [Fact]
    public void A_fit_does_what_the_explicit_loop_does_bit_for_bit()
    {
        Blobs.Net expected = Blobs.Model(3);
        Adam optimizer = new(expected.Parameters(), 0.01);
        DataLoader<Example, Example> loader = Blobs.Loader();
        Blobs.Seeded(() =>
        {
            for (int epoch = 0; epoch < 2; epoch++)
            {
                foreach ((Tensor x, Tensor y) in loader)
                {
                    optimizer.ZeroGrad();
                    Loss.CrossEntropy(expected.Forward(x), y).Backward();
                    optimizer.Step();
                }
            }
        });

        Blobs.Net model = Blobs.Model(3);
        Blobs.Seeded(() => Blobs.Trainer(model).Fit(Blobs.Loader(), 2));
        Assert.Equal(Blobs.Bits(expected), Blobs.Bits(model));
    }

    [Fact]
    public void A_loss_can_be_a_module()
    {
        Blobs.Net function = Blobs.Model(3), module = Blobs.Model(3);
        Blobs.Seeded(() => Blobs.Trainer(function, new SGD(function.Parameters(), 0.1)).Fit(Blobs.Loader(), 1));
        Blobs.Seeded(() => new Trainer(module, new SGD(module.Parameters(), 0.1), new CrossEntropyLoss()).Fit(Blobs.Loader(), 1));
        Assert.Equal(Blobs.Bits(function), Blobs.Bits(module));
        Assert.Throws<ArgumentNullException>(() => new Trainer(module, new SGD(module.Parameters(), 0.1), (CrossEntropyLoss)null!));
    }

    [Fact]
    public void The_figures_are_those_of_an_evaluation()
    {
        Blobs.Net model = Blobs.Model(2);
        Trainer trainer = Blobs.Trainer(model);
        History history = trainer.Fit(Blobs.Loader(), 1, Blobs.Validation());
        IReadOnlyDictionary<string, double> figures = trainer.Evaluate(Blobs.Validation());
        Assert.Equal(history["val_loss"][0], figures["loss"]);
        Assert.Equal(history["val_accuracy"][0], figures["accuracy"]);

        TensorDataset points = Blobs.Points(60, 2);
        Tensor scores = trainer.Predict(points.Inputs, batchSize: 7);
        Assert.Equal(figures["accuracy"], Metrics.Accuracy(scores, points.Targets));
        Assert.Equal(figures["loss"], Loss.CrossEntropy(scores, points.Targets).Item<double>(), 1e-6);
        Assert.True(trainer.Predict(Blobs.Validation()).AllClose(scores));
        Assert.True(model.Training);
    }

    [Fact]
    public void Validation_changes_nothing_of_the_training()
    {
        Blobs.Net with = Blobs.Model(4), without = Blobs.Model(4);
        Blobs.Seeded(() => Blobs.Trainer(with).Fit(Blobs.Loader(), 2, Blobs.Validation()));
        Blobs.Seeded(() => Blobs.Trainer(without).Fit(Blobs.Loader(), 2));
        Assert.Equal(Blobs.Bits(without), Blobs.Bits(with));
    }

    [Fact]
    public void A_fit_goes_on_where_the_last_one_ended()
    {
        Blobs.Net once = Blobs.Model(6), twice = Blobs.Model(6);
        Blobs.Seeded(() => Blobs.Trainer(once).Fit(Blobs.Loader(), 4));
        Trainer trainer = Blobs.Trainer(twice);
        DataLoader<Example, Example> loader = Blobs.Loader();
        Blobs.Seeded(() =>
        {
            trainer.Fit(loader, 1);
            trainer.Fit(loader, 1);
            trainer.Fit(loader, 4);
        });
        Assert.Equal(4, trainer.History.Count);
        Assert.Equal(Blobs.Bits(once), Blobs.Bits(twice));
    }

    [Fact]
    public void Accumulated_batches_make_the_step_of_the_large_batch()
    {
        TensorDataset points = Blobs.Points(64, 1);
        Linear large = new(2, 3), small = new(2, 3);
        small.LoadStateDict(large.StateDict());
        Fit(large, 32, 1);
        Fit(small, 8, 4);
        foreach ((Parameter a, Parameter b) in large.Parameters().Zip(small.Parameters()))
        {
            Assert.True(a.AllClose(b, 1e-5, 1e-6));
        }

        void Fit(Linear model, int batch, int accumulate) => Assert.Equal(
            3,
            new Trainer(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss()) { AccumulateBatches = accumulate }
                .Fit(DataLoader.Create(points, batch), 3).Count);
    }

    [Fact]
    public void The_last_group_of_an_epoch_may_be_smaller()
    {
        Blobs.Net model = Blobs.Model(1);
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), static (s, y) => Loss.CrossEntropy(s, y)) { AccumulateBatches = 3 };
        trainer.Fit(Blobs.Loader(count: 128), 2);
        Assert.Equal(6, trainer.Steps);
    }

    [Theory]
    [InlineData(ScheduleUnit.Step, 8)]
    [InlineData(ScheduleUnit.Epoch, 1)]
    public void A_schedule_moves_by_step_or_by_epoch(ScheduleUnit unit, int stepsAnEpoch)
    {
        Blobs.Net model = Blobs.Model(1);
        SGD optimizer = new(model.Parameters(), 0.5);
        List<double> seen = [];
        Trainer trainer = new(model, optimizer, static (s, y) => Loss.CrossEntropy(s, y))
        {
            Schedule = new ExponentialSchedule(0.9),
            ScheduleUnit = unit,
            Callbacks = [new Watcher { OnGradients = run => seen.Add(run.Optimizer.LearningRate) }],
        };
        trainer.Fit(Blobs.Loader(), 2);
        Assert.Equal(16, seen.Count);
        Assert.All(
            seen.Select(static (rate, i) => (rate, i)),
            s => Assert.Equal(0.5 * Math.Pow(0.9, s.i / (8 / stepsAnEpoch)), s.rate, 1e-12));
    }

    [Fact]
    public void Gradients_are_clipped_before_the_step()
    {
        Blobs.Net model = Blobs.Model(1);
        List<double> norms = [];
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), static (s, y) => Loss.CrossEntropy(s, y))
        {
            MaxGradientNorm = 0.01,
            Callbacks = [new Watcher { OnGradients = _ => norms.Add(Norm(model)) }],
        };
        trainer.Fit(Blobs.Loader(), 1);
        Assert.All(norms, static norm => Assert.InRange(norm, 0, 0.0100001));

        static double Norm(Blobs.Net model) => Math.Sqrt(model.Parameters().Sum(static p => p.Grad!.Square().Sum().Item<double>()));
    }

    [Fact]
    public void Progress_counts_batches_and_epochs()
    {
        List<TrainingProgress> told = [];
        Blobs.Trainer(Blobs.Model(1)).Fit(Blobs.Loader(), 2, Blobs.Validation(), new Listener(told.Add));
        Assert.Equal(2 * (8 + 2 + 1), told.Count);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 8], told.Take(11).Select(static p => p.Batch));
        Assert.All(told, static p => Assert.Equal(2, p.Epochs));
        Assert.Equal(TrainingPhase.EpochEnd, told[10].Phase);
        Assert.Equal(["loss", "accuracy"], told[3].Values.Keys);
        Assert.Equal(["loss", "accuracy", "val_loss", "val_accuracy"], told[10].Values.Keys);
        Assert.Same(told[10].Record!.Values, told[10].Values);
        Assert.Equal(TimeSpan.Zero, told[^1].Remaining);
        Assert.StartsWith("epoch 1/2  batch 4/8  loss ", told[3].ToString(), StringComparison.Ordinal);
        Assert.StartsWith("epoch 2/2  loss ", told[^1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_ends_after_the_batch()
    {
        using CancellationTokenSource source = new();
        Blobs.Net model = Blobs.Model(1);
        Trainer trainer = Blobs.Trainer(model);
        Listener cancels = new(p =>
        {
            if (p.Epoch == 2 && p.Batch == 3 && p.Phase == TrainingPhase.Training)
            {
                source.Cancel();
            }
        });
        OperationCanceledException error = null!;
        Blobs.Seeded(() =>
        {
            error = Assert.Throws<OperationCanceledException>(
                () => trainer.Fit(Blobs.Loader(), 5, progress: cancels, cancellation: source.Token));
            Assert.Equal((1, 3, 11L), (trainer.Epoch, trainer.Batch, trainer.Steps));

            // What was cancelled goes on as if nothing had been.
            trainer.Fit(Blobs.Loader(), 3);
        });
        Assert.Contains("epoch 2 after 3 batches", error.Message, StringComparison.Ordinal);
        Blobs.Net uninterrupted = Blobs.Model(1);
        Blobs.Seeded(() => Blobs.Trainer(uninterrupted).Fit(Blobs.Loader(), 3));
        Assert.Equal(Blobs.Bits(uninterrupted), Blobs.Bits(model));
    }

    [Fact]
    public void Early_stopping_ends_when_nothing_gets_better()
    {
        Blobs.Net model = Blobs.Model(1);
        EarlyStopping stopping = new("val_accuracy", patience: 2, minDelta: 1);
        Trainer trainer = Blobs.Trainer(model, callbacks: [stopping]);
        trainer.Fit(Blobs.Loader(), 10, Blobs.Validation());
        Assert.Equal(3, trainer.Epoch);
        Assert.Contains("val_accuracy has not become better", trainer.StopReason, StringComparison.Ordinal);

        // It stays ended.
        trainer.Fit(Blobs.Loader(), 10, Blobs.Validation());
        Assert.Equal(3, trainer.Epoch);
    }

    [Fact]
    public void The_best_model_comes_back_at_the_end()
    {
        Blobs.Net model = Blobs.Model(1);
        BestModel best = new("val_loss");
        Dictionary<int, byte[]> byEpoch = [];
        Trainer trainer = Blobs.Trainer(
            model, new SGD(model.Parameters(), 0.6),
            [best, new Watcher { OnEpoch = (run, record) => byEpoch[record.Epoch] = Blobs.Bits(run.Model) }]);
        History history = trainer.Fit(Blobs.Loader(), 12, Blobs.Validation());
        int expected = history.Best("val_loss", higherIsBetter: false).Epoch;
        Assert.Equal(expected, best.Epoch);
        Assert.Equal(byEpoch[expected], Blobs.Bits(model));
        Assert.Equal(history["val_loss"].Min(), best.Best);
    }

    [Fact]
    public void Callbacks_hear_of_every_checkpoint()
    {
        using TemporaryFolder folder = new();
        List<string> saved = [];
        Blobs.Net model = Blobs.Model(1);
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), static (s, y) => Loss.CrossEntropy(s, y))
        {
            Checkpoints = new CheckpointSettings(folder["run.safetensors"]),
            Callbacks = [new Watcher { OnCheckpoint = (run, path) => saved.Add($"{run.Epoch} {path}") }],
        };
        trainer.Fit(Blobs.Loader(), 2);
        trainer.SaveCheckpoint(folder["mine.safetensors"]);
        Assert.Equal([$"1 {folder["run.safetensors"]}", $"2 {folder["run.safetensors"]}", $"2 {folder["mine.safetensors"]}"], saved);
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_an_error_that_names_the_batch()
    {
        Blobs.Net model = Blobs.Model(1);
        byte[] before = Blobs.Bits(model);
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), static (s, y) => Loss.CrossEntropy(s, y) * double.NaN);
        NonFiniteLossException error = Assert.Throws<NonFiniteLossException>(() => trainer.Fit(Blobs.Loader(), 1));
        Assert.Equal((1, 1), (error.Epoch, error.Batch));
        Assert.NotEqual(Blobs.Bits(model), before); // the running statistics have seen the batch
        Assert.Equal(0, trainer.Steps);
    }

    [Fact]
    public void Mistakes_are_named()
    {
        Blobs.Net model = Blobs.Model(1);
        Adam optimizer = new(model.Parameters());
        TensorDataset empty = new(Tensor.Zeros(0, 2), Tensor.Zeros([0], DType.Int64));
        Assert.Contains("no samples", Assert.Throws<ArgumentException>(
            () => Blobs.Trainer(model).Fit(DataLoader.Create(empty, 4), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("accuracy is taken", Assert.Throws<ArgumentException>(() =>
            new Trainer(model, optimizer, static (s, y) => Loss.CrossEntropy(s, y)) { Metrics = [Metric.Accuracy(), Metric.Accuracy()] }
                .Fit(Blobs.Loader(), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("one number", Assert.Throws<ShapeException>(() =>
            new Trainer(model, optimizer, static (s, y) => s).Fit(Blobs.Loader(), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("There are: loss, accuracy", Assert.Throws<ArgumentException>(() =>
            Blobs.Trainer(model, optimizer, [new EarlyStopping("f1")]).Fit(Blobs.Loader(), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("no validation set", Assert.Throws<ArgumentException>(() =>
            Blobs.Trainer(model, optimizer, [new EarlyStopping()]).Fit(Blobs.Loader(), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("needs predictions", Assert.Throws<InvalidOperationException>(() =>
            new Trainer<Example>(model, optimizer, NoPredictions) { Metrics = [Metric.Accuracy()] }
                .Fit(Blobs.Loader(), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("val_f1", Assert.Throws<KeyNotFoundException>(() => Blobs.Trainer(model).Fit(Blobs.Loader(), 1)["val_f1"]).Message,
            StringComparison.Ordinal);

        BatchOutput NoPredictions(Example batch) => new(model.Forward(batch.Input).Sum());
    }

    internal sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    internal sealed class Watcher : TrainingCallback
    {
        public Action<TrainingRun>? OnGradients { get; init; }

        public Action<TrainingRun, double>? OnBatch { get; init; }

        public Action<TrainingRun, EpochRecord>? OnEpoch { get; init; }

        public Action<TrainingRun, string>? OnCheckpoint { get; init; }

        public override void CheckpointSaved(TrainingRun run, string path) => OnCheckpoint?.Invoke(run, path);

        public override void GradientsReady(TrainingRun run) => OnGradients?.Invoke(run);

        public override void BatchEnded(TrainingRun run, double loss) => OnBatch?.Invoke(run, loss);

        public override void EpochEnded(TrainingRun run, EpochRecord record) => OnEpoch?.Invoke(run, record);
    }
}
