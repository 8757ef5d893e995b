using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Checkpoints that are well-formed files with impossible contents.</summary>
public sealed class HostileCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Checkpoint => _folder["run.ckpt"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run.tally", 3)]
    [InlineData("run.tally", 4)]
    [InlineData("run.metrics.1.f1", 0)]
    [InlineData("run.position", 1)]
    [InlineData("run.group", 2)]
    [InlineData("run.training_loader", 2)]
    [InlineData("callbacks.EarlyStopping.waited", 0)]
    [InlineData("callbacks.BestModel.epoch", 0)]
    public void A_number_that_no_run_has_is_refused_and_nothing_is_changed(string key, int element)
    {
        Change(tensors =>
        {
            Tensor tensor = tensors[key].Clone();
            double[] numbers = [.. tensor.ToArray<double>()];
            numbers[element] = tensor.DType.IsFloatingPoint() ? 1e300 : -7;
            tensors[key] = Tensor.From(numbers).Reshape(tensor.Shape).To(tensor.DType);
        });
        AssertRefused();
    }

    [Theory]
    [InlineData("run.gradients.0")]
    [InlineData("run.group")]
    [InlineData("callbacks.BestModel.best")]
    [InlineData("callbacks.BestModel.epoch")]
    [InlineData("run.metrics.1.f1")]
    [InlineData("schedule.base_rates")]
    public void A_tensor_of_another_shape_is_refused_and_nothing_is_changed(string key)
    {
        Change(tensors => tensors[key] = Tensor.Zeros([2, 7], tensors[key].DType));
        AssertRefused();
    }

    [Theory]
    [InlineData("lacks")]
    [InlineData("has one element more")]
    [InlineData("has another type")]
    public void A_checkpoint_whose_run_or_history_is_not_what_it_was_is_refused_and_nothing_is_changed(string change)
    {
        string[] keys = [];
        Change(tensors => keys = [.. tensors.Keys.Where(static key => key.StartsWith("run.", StringComparison.Ordinal)
            || key.StartsWith("history.", StringComparison.Ordinal))]);
        Assert.True(keys.Length > 12, string.Join(' ', keys));
        using SafetensorsFile file = Safetensors.Open(Checkpoint);
        OrderedDictionary<string, Tensor> sound = file.ReadAll();

        // A run may have no loaders yet, and some parameters no gradients; the figures of a history are what they are.
        static bool MayLack(string key) => key.EndsWith("_loader", StringComparison.Ordinal)
            || key.Contains(".gradients.", StringComparison.Ordinal) || key.Contains(".values.", StringComparison.Ordinal);
        AssertRefused([.. keys.Where(key => change != "lacks" || !MayLack(key)).Select(key => (Action)(() =>
        {
            OrderedDictionary<string, Tensor> tensors = new(sound);
            Tensor tensor = tensors[key];
            tensors.Remove(key);
            if (change != "lacks")
            {
                tensors[key] = change == "has another type" ? tensor.To(tensor.DType == DType.Float32 ? DType.Float64 : DType.Float32)
                    : tensor.Rank == 0 ? tensor.Reshape(1)
                    : Tensor.Cat([tensor, tensor.Narrow(0, 0, 1)]);
            }

            Safetensors.Save(Checkpoint, tensors, file.Metadata);
        }))]);
    }

    [Theory]
    [InlineData("history.samples", -1.0)]
    [InlineData("history.samples", double.NaN)]
    [InlineData("history.samples", 1e19)]
    [InlineData("history.seconds", -1.0)]
    [InlineData("history.seconds", double.NaN)]
    [InlineData("history.seconds", 1e18)]
    [InlineData("history.waiting_seconds", -1.0)]
    public void A_history_of_times_and_counts_that_no_epoch_has_is_refused(string key, double value)
    {
        foreach (int element in (int[])[0, 1])
        {
            Change(
                tensors =>
                {
                    Tensor column = tensors[key].Clone();
                    column[element] = Tensor.FromScalar(value, DType.Float64);
                    tensors[key] = column;
                },
                stop: 2);
            AssertRefused();
        }
    }

    [Fact]
    public void A_history_comes_back_with_all_its_numbers()
    {
        string csv = "";
        Change(static _ => { }, stop: 2, fitted: trainer => csv = trainer.History.ToCsv());
        Trainer second = Start(2, new CosineSchedule(50), new TrainerTests.Watcher());
        second.LoadCheckpoint(Checkpoint);
        Assert.Equal(csv, second.History.ToCsv());
        Assert.Equal([1, 2], second.History.Select(static record => record.Epoch));
    }

    [Fact]
    public void A_validation_loss_that_is_not_finite_leaves_a_checkpoint_that_loads()
    {
        Blobs.Net model = Blobs.Model(1);
        Trainer trainer = Start();
        trainer.Fit(Blobs.Loader(), 2, Blobs.Validation());
        Assert.Equal([double.NaN, double.NaN], trainer.History["val_loss"]);
        Trainer second = Start();
        Assert.True(second.TryResume());
        Assert.Equal(2, second.Epoch);

        Trainer Start() => new(model, new Adam(model.Parameters()),
            (scores, labels) => Loss.CrossEntropy(scores, labels) * (model.Training ? 1 : double.NaN))
        {
            Checkpoints = new CheckpointSettings(Checkpoint),
        };
    }

    [Fact]
    public void Checkpoints_with_and_without_a_schedule_are_told_apart()
    {
        Trainer with = Start(1, new ConstantSchedule()), without = Start(1, null);
        with.SaveCheckpoint(Checkpoint);
        Assert.Contains("its run had a Schedule, this run has none",
            Assert.Throws<InvalidDataException>(() => without.LoadCheckpoint(Checkpoint)).Message, StringComparison.Ordinal);
        without.SaveCheckpoint(Checkpoint);
        Assert.Contains("its run had no Schedule, this run has one",
            Assert.Throws<InvalidDataException>(() => with.LoadCheckpoint(Checkpoint)).Message, StringComparison.Ordinal);
    }

    /// <summary>Writes a checkpoint in the middle of a group of batches, with something in it changed.</summary>
    private void Change(Action<OrderedDictionary<string, Tensor>> change, int stop = 1, Action<Trainer>? fitted = null)
    {
        Trainer trainer = Start(1, new CosineSchedule(50), new TrainerTests.Watcher
        {
            OnBatch = (run, _) =>
            {
                if (run.Epoch == stop && run.Batch == 2)
                {
                    run.Stop("a test");
                }
            },
        });
        trainer.Fit(Blobs.Loader(), 3, Blobs.Validation());
        fitted?.Invoke(trainer);
        trainer.SaveCheckpoint(Checkpoint);
        using SafetensorsFile file = Safetensors.Open(Checkpoint);
        OrderedDictionary<string, Tensor> tensors = file.ReadAll();
        change(tensors);
        Safetensors.Save(Checkpoint, tensors, file.Metadata);
    }

    private void AssertRefused(params Action[] damages) => Blobs.Seeded(() =>
    {
        Trainer trainer = Start(2, new CosineSchedule(50), new TrainerTests.Watcher());
        trainer.Fit(Blobs.Loader(), 1, Blobs.Validation());
        trainer.SaveCheckpoint(_folder["before"]);
        foreach (Action damage in damages.DefaultIfEmpty(static () => { }))
        {
            damage();
            Exception error = Assert.ThrowsAny<Exception>(() => trainer.LoadCheckpoint(Checkpoint));
            Assert.True(error is InvalidDataException or StateDictException, error.ToString());
            Assert.Contains(Checkpoint, error.Message, StringComparison.Ordinal);
        }

        trainer.SaveCheckpoint(_folder["after"]);
        Assert.Equal(File.ReadAllBytes(_folder["before"]), File.ReadAllBytes(_folder["after"]));
    });

    private static Trainer Start(ulong seed, Schedule? schedule, params TrainingCallback[] callbacks)
    {
        Blobs.Net model = Blobs.Model(seed);
        return new Trainer(model, new Adam(model.Parameters(), 0.01), new CrossEntropyLoss())
        {
            Metrics = [Metric.Accuracy(), Metric.F1(Blobs.Classes)],
            Schedule = schedule,
            AccumulateBatches = 3,
            Callbacks = [new EarlyStopping(), new BestModel(), .. callbacks],
        };
    }
}
