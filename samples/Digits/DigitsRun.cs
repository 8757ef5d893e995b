using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Reporting;
using DeepLearning.Schedules;
using DeepLearning.Training;

namespace DeepLearning.Samples.Digits;

/// <summary>A training of <see cref="DigitsNet"/>, and what it gave.</summary>
public sealed class DigitsRun
{
    private const int BatchSize = 32;
    private const double LearningRate = 1.5e-3;

    private readonly Trainer _trainer;
    private readonly TensorDataset _test;
    private readonly Tensor _scores;

    private DigitsRun(Trainer trainer, TensorDataset test, Device device)
    {
        (_trainer, _test) = (trainer, test);
        _scores = trainer.Predict(test.Inputs.To(device)).To(Device.Cpu);
        Confusion.Add(_scores, test.Targets);
    }

    /// <summary>The test images by the digit they show and the digit recognized, after the last epoch.</summary>
    public ConfusionMatrix Confusion { get; } = new(DigitsData.Classes);

    /// <summary>The hash of the trained weights.</summary>
    public string Fingerprint => _trainer.Model.Fingerprint();

    /// <summary>The figures of every epoch.</summary>
    public History History => _trainer.History;

    /// <summary>
    /// Trains a network on the training images, on the device of the options; the test images are only looked at.
    /// </summary>
    public static DigitsRun Start(
        Options options, DigitsData training, DigitsData test, TextWriter output, IProgress<TrainingProgress>? progress = null) =>
        Start(options, ComputeDevice.Of(options.Device), training, test, output, progress);

    /// <summary>As above, on a device of the caller's.</summary>
    public static DigitsRun Start(
        Options options, Device device, DigitsData training, DigitsData test, TextWriter output,
        IProgress<TrainingProgress>? progress = null)
    {
        Generator.Default.ManualSeed(options.Seed);
        Tensor labels = Labels(training);
        if (options.ShuffleLabels)
        {
            labels = labels[Tensor.RandPerm(training.Count)];
        }

        DataLoader<Example, Example> loader =
            DataLoader.Create(new TensorDataset(Images(training), labels), BatchSize, shuffle: true, seed: options.Seed);
        TensorDataset tested = new(Images(test), Labels(test));
        DigitsNet model = new();
        output.WriteLine(model.Summary(1, 1, DigitsData.Side, DigitsData.Side));
        model.To(device);
        Trainer trainer = new(
            model, new Adam(model.Parameters(), LearningRate), static (scores, digits) => Loss.CrossEntropy(scores, digits))
        {
            Metrics = [Metric.Accuracy()],
            Schedule = new CosineSchedule((long)options.Epochs * loader.Count),
        };
        trainer.Fit(loader.To(device), options.Epochs, DataLoader.Create(tested, test.Count).To(device), progress);
        return new DigitsRun(trainer, tested, device);
    }

    /// <summary>The report: curves, confusion matrix, and every test image with its prediction, mistakes first.</summary>
    public RunReport ToReport(Options options)
    {
        RunReport report = RunReport.From("Handwritten digits", _trainer);
        return report with
        {
            Summary = FormattableString.Invariant(
                $"Test accuracy {Confusion.Accuracy:0.0000}: {Confusion.Right} of {Confusion.Total} images that training never saw."),
            Charts =
            [
                .. report.Charts,
                new ConfusionMatrixChart(Confusion) { Caption = "Test images by the digit they show and the digit recognized." },
            ],
            Predictions = SamplePrediction.OfImages(_test.Inputs, _scores, _test.Targets),
            MaxPredictions = int.MaxValue, // the first ones are shown, a button shows all
            Configuration =
            [
                .. report.Configuration,
                ("learning rate", FormattableString.Invariant($"{LearningRate}, falling to 0 along a cosine")),
                ("batch size", $"{BatchSize}"),
                ("seed", $"{options.Seed}"),
                ("training labels", options.ShuffleLabels ? "shuffled (control)" : "as they are"),
            ],
        };
    }

    private static Tensor Images(DigitsData data) => Tensor.From(data.Pixels, data.Count, 1, DigitsData.Side, DigitsData.Side);

    private static Tensor Labels(DigitsData data) => Tensor.From(data.Labels).To(DType.Int64);
}
