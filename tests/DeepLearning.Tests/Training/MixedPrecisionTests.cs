using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Samples.Digits;
using DeepLearning.Schedules;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Trainers in mixed precision: what they learn, and that a resumed run ends with the same bits.</summary>
public sealed class MixedPrecisionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Root, "run.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void The_model_runs_in_the_low_type_and_its_parameters_stay_float32(DType dtype)
    {
        List<DType> seen = [];
        Blobs.Net model = Blobs.Model(1);
        Trainer trainer = Start(model, dtype, scores => seen.Add(scores.DType));
        trainer.Fit(Blobs.Loader(), 1, Blobs.Validation());
        trainer.Evaluate(Blobs.Validation());
        Assert.All(seen, type => Assert.Equal(dtype, type));
        Assert.True(seen.Count > 8 + 2);
        Assert.All(model.Parameters(), static p => Assert.Equal(DType.Float32, p.DType));
        Assert.Equal(dtype == DType.Float16, trainer.GradScaler is not null);
        Assert.False(Autocast.Enabled);
    }

    [Theory]
    [InlineData(DType.BFloat16, 1, 3)]
    [InlineData(DType.BFloat16, 1, 8)]
    [InlineData(DType.Float16, 1, 3)]
    [InlineData(DType.Float16, 1, 11)]
    [InlineData(DType.Float16, 3, 4)]
    public void A_resumed_run_ends_with_the_same_bits(DType dtype, int accumulate, int stop)
    {
        Trainer whole = Fresh(1), first = Fresh(1, stop), second = Fresh(2);
        Blobs.Seeded(() => whole.Fit(Blobs.Loader(), 2));
        Blobs.Seeded(() =>
        {
            first.Fit(Blobs.Loader(), 2);
            first.SaveCheckpoint(File);
        });
        second.LoadCheckpoint(File);
        Blobs.Seeded(() => second.Fit(Blobs.Loader(seed: 99), 2), 77);
        Assert.Equal(Blobs.Bits(whole.Model), Blobs.Bits(second.Model));
        Assert.Equal((whole.Steps, whole.GradScaler?.CurrentScale), (second.Steps, second.GradScaler?.CurrentScale));
        int groups = 2 * ((8 + accumulate - 1) / accumulate);
        Assert.InRange(whole.Steps, groups / 3, dtype == DType.Float16 ? groups - 1 : groups);

        Trainer Fresh(ulong seed, int stopAfter = int.MaxValue) => new(
            Blobs.Model(seed) is var model ? model : null!, new Adam(model.Parameters(), 0.01),
            static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            PrintProgress = false,
            AccumulateBatches = accumulate,
            MixedPrecision = dtype,

            // So large that the first step overflows, so short an interval that it grows again.
            GradScaler = dtype == DType.Float16 ? new GradScaler(1 << 20, growthInterval: 2) : null,
            Callbacks = [new StopAfter(stopAfter)],
        };
    }

    [Fact]
    public void A_step_that_overflowed_is_left_out_and_not_counted()
    {
        Blobs.Net model = Blobs.Model(1);
        byte[] before = Blobs.Bits(model);
        Watching watching = new();
        Trainer trainer = new(
            model, new SGD(model.Parameters(), 0.1), static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            PrintProgress = false,
            MixedPrecision = DType.Float16,
            GradScaler = new GradScaler(1e38, backoffFactor: 0.999),
            MaxGradientNorm = 1,
            Schedule = new ExponentialSchedule(0.5),
            Callbacks = [watching],
        };
        Blobs.Seeded(() => trainer.Fit(Blobs.Loader(), 1));
        Assert.Equal(0, trainer.Steps);
        Assert.Equal(0, watching.Told);
        Assert.Equal(0.1, trainer.Optimizer.LearningRate, 12);
        Assert.True(trainer.GradScaler!.CurrentScale < 1e38);
        Assert.All(model.Parameters(), static p => Assert.True(p.IsFinite().All().Item<bool>()));
        Assert.NotEqual(before, Blobs.Bits(model)); // the running figures of the normalization
        Assert.All(trainer.History["loss"], static loss => Assert.True(double.IsFinite(loss)));
    }

    [Fact]
    public void A_checkpoint_of_another_precision_is_refused_by_name()
    {
        Trainer with = Start(Blobs.Model(1), DType.Float16), without = Start(Blobs.Model(1), null);
        with.SaveCheckpoint(File);
        Assert.Contains(
            "had a GradScaler", Assert.Throws<InvalidDataException>(() => without.LoadCheckpoint(File)).Message, StringComparison.Ordinal);
        without.SaveCheckpoint(File);
        Assert.Contains(
            "had no GradScaler", Assert.Throws<InvalidDataException>(() => with.LoadCheckpoint(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_go_with_it_is_refused_by_name()
    {
        Assert.Contains(
            "MixedPrecision", Assert.Throws<DTypeException>(() => Start(Blobs.Model(1), DType.Float64)).Message, StringComparison.Ordinal);
        Blobs.Net model = Blobs.Model(1);
        Trainer closure = new(model, new LBFGS(model.Parameters()), static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            PrintProgress = false,
            MixedPrecision = DType.Float16,
        };
        Assert.Contains(
            "GradScaler", Assert.Throws<InvalidOperationException>(() => closure.Fit(Blobs.Loader(), 1)).Message, StringComparison.Ordinal);
        Linear generator = new(2, 2), discriminator = new(2, 1);
        GanTrainer gan = new(
            generator, discriminator, new SGD(generator.Parameters(), 0.1), new SGD(discriminator.Parameters(), 0.1),
            static n => Tensor.Randn(n, 2))
        {
            PrintProgress = false,
            MixedPrecision = DType.Float16,
        };
        Assert.Contains(
            "bfloat16", Assert.Throws<InvalidOperationException>(() => gan.Fit(Blobs.Loader(), 1)).Message, StringComparison.Ordinal);
    }

    [Trait("Category", "Slow")]
    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void Digits_are_learned_as_well_as_in_float32(DType dtype)
    {
        double exact = Accuracy(null), low = Accuracy(dtype);
        Assert.InRange(exact, 0.95, 1);
        Assert.True(low > exact - 0.015, $"float32 {exact:0.0000}, {dtype.Name()} {low:0.0000}");

        static double Accuracy(DType? dtype)
        {
            using Generator.DefaultRegion random = new Generator(1).AsDefault();
            (DigitsData training, DigitsData test) = DigitsData.Load(DigitsData.DefaultPath).Split();
            DigitsNet model = new();
            Trainer trainer = new(
                model, new Adam(model.Parameters(), 2e-3), static (scores, digits) => Loss.CrossEntropy(scores, digits))
            {
                Metrics = [Metric.Accuracy()],
                PrintProgress = false,
                MixedPrecision = dtype,
            };
            trainer.Fit(DataLoader.Create(Set(training), 32, shuffle: true, seed: 1), 6);
            return trainer.Evaluate(DataLoader.Create(Set(test), 128))["accuracy"];
        }

        static TensorDataset Set(DigitsData data) => new(
            Tensor.From(data.Pixels, data.Count, 1, DigitsData.Side, DigitsData.Side), Tensor.From(data.Labels).To(DType.Int64));
    }

    private static Trainer Start(Blobs.Net model, DType? dtype, Action<Tensor>? scored = null) => new(
        model, new Adam(model.Parameters(), 0.01),
        (scores, labels) =>
        {
            scored?.Invoke(scores);
            return Loss.CrossEntropy(scores, labels);
        })
    {
        Metrics = [Metric.Accuracy()],
        PrintProgress = false,
        MixedPrecision = dtype,
    };

    private sealed class StopAfter(int batches) : TrainingCallback
    {
        private int _done;

        public override void BatchEnded(TrainingRun run, double loss)
        {
            if (++_done == batches)
            {
                run.Stop("the test says so");
            }
        }
    }

    private sealed class Watching : TrainingCallback
    {
        public int Told { get; private set; }

        public override void GradientsReady(TrainingRun run) => Told++;
    }
}
