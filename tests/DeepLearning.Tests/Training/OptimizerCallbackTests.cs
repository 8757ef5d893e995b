using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Callbacks about optimizers: what they do along a run, and that a checkpoint keeps it.</summary>
public sealed class OptimizerCallbackTests
{
    [Fact]
    public void Reductions_noise_and_means_of_a_resumed_run_are_those_of_the_whole_one() => Blobs.Seeded(static () =>
    {
        foreach (ScheduleUnit unit in (ScheduleUnit[])[ScheduleUnit.Step, ScheduleUnit.Epoch])
        {
            using TemporaryFolder folder = new();
            string path = folder["run.safetensors"];
            (Trainer whole, AveragedModel wholeMean) = Run(unit);
            Generator.Default.ManualSeed(3);
            whole.Fit(Blobs.Loader(), 5);
            (Trainer first, _) = Run(unit);
            Generator.Default.ManualSeed(3);
            first.Fit(Blobs.Loader(), 3);
            first.SaveCheckpoint(path);
            (Trainer second, AveragedModel mean) = Run(unit);
            Generator.Default.ManualSeed(77);
            second.LoadCheckpoint(path);
            second.Fit(Blobs.Loader(), 5);
            Assert.Equal(Blobs.Bits(whole.Model), Blobs.Bits(second.Model));
            Assert.Equal(Blobs.Bits(wholeMean), Blobs.Bits(mean));
            Assert.Equal(whole.Optimizer.LearningRate, second.Optimizer.LearningRate);
            Assert.InRange(second.Optimizer.LearningRate, 0, 0.009);
            Assert.Equal(unit == ScheduleUnit.Step ? whole.Steps - 8 : 4, mean.Count);
        }
    });

    [Fact]
    public void Steps_of_accumulated_batches_count_once_the_last_one_of_an_epoch_included() => Blobs.Seeded(static () =>
    {
        Blobs.Net model = Blobs.Model(1);
        AveragedModel<Blobs.Net> mean = new(model, Blobs.Model(2));
        Trainer trainer = new(
            model, new SGD(model.Parameters(), 0.1), static (scores, labels) => DeepLearning.Losses.Loss.CrossEntropy(scores, labels))
        {
            AccumulateBatches = 3,
            PrintProgress = false,
            Callbacks = [new WeightAveraging(mean)],
        };
        trainer.Fit(Blobs.Loader(), 2);
        Assert.Equal((6L, 6L), (trainer.Steps, mean.Count));
    });

    [Theory]
    [InlineData(0, 6)]
    [InlineData(1, 3)]
    [InlineData(2, 0)]
    public void Steps_count_from_the_epoch_on_that_is_asked_for(int startEpoch, long expected) => Blobs.Seeded(() =>
    {
        Blobs.Net model = Blobs.Model(1);
        AveragedModel<Blobs.Net> mean = new(model, Blobs.Model(2));
        Trainer trainer = new(
            model, new SGD(model.Parameters(), 0.1), static (scores, labels) => DeepLearning.Losses.Loss.CrossEntropy(scores, labels))
        {
            AccumulateBatches = 3,
            PrintProgress = false,
            Callbacks = [new WeightAveraging(mean, startEpoch: startEpoch)],
        };
        trainer.Fit(Blobs.Loader(), 2);
        Assert.Equal(expected, mean.Count);
    });

    [Fact]
    public void A_reduction_goes_without_a_schedule_and_with_the_runs_own_optimizer()
    {
        Blobs.Net model = Blobs.Model(1);
        SGD optimizer = new(model.Parameters(), 0.1), other = new(model.Parameters(), 0.1);
        Assert.Contains("has a Schedule", Refused(new ReduceOnPlateau(optimizer), new ConstantSchedule()), StringComparison.Ordinal);
        Assert.Contains("another optimizer", Refused(new ReduceOnPlateau(other), null), StringComparison.Ordinal);
        Assert.Contains("no validation set", Refused(new ReduceOnPlateau(optimizer), null, "val_loss"), StringComparison.Ordinal);

        string Refused(ReduceOnPlateau plateau, Schedule? schedule, string figure = "loss")
        {
            Trainer trainer = new(
                model, optimizer, static (scores, labels) => DeepLearning.Losses.Loss.CrossEntropy(scores, labels))
            {
                Schedule = schedule,
                PrintProgress = false,
                Callbacks = [new ReduceLearningRate(plateau, figure)],
            };
            return Assert.Throws<ArgumentException>(() => trainer.Fit(Blobs.Loader(), 1)).Message;
        }
    }

    [Fact]
    public void Noise_from_a_generator_that_no_checkpoint_keeps_is_refused()
    {
        Trainer trainer = Blobs.Trainer(Blobs.Model(1), callbacks: [new GradientNoise(generator: new Generator(1))]);
        Assert.Contains("Generators", Assert.Throws<ArgumentException>(() => trainer.Fit(Blobs.Loader(), 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new GradientNoise(-1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new GradientNoise(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new WeightAveraging(new AveragedModel<Blobs.Net>(Blobs.Model(1), Blobs.Model(2)), startEpoch: -1));
    }

    private static (Trainer Trainer, AveragedModel Mean) Run(ScheduleUnit unit)
    {
        Blobs.Net model = Blobs.Model(1);
        Optimizer optimizer = new Lookahead(new NAdam(model.Parameters(), 0.01), 3);
        AveragedModel<Blobs.Net> mean = new(model, Blobs.Model(2), AveragedModel.Exponential(0.9));
        Trainer trainer = Blobs.Trainer(model, optimizer,
        [
            new ReduceLearningRate(new ReduceOnPlateau(optimizer, factor: 0.5, patience: 0, threshold: 0.5), "loss"),
            new GradientNoise(0.01),
            new WeightAveraging(mean, unit, startEpoch: 1),
        ]);
        return (trainer, mean);
    }
}
