using System.Diagnostics;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Reporting;
using DeepLearning.Training;

namespace DeepLearning.Samples.Digits;

/// <summary>A training of <see cref="DigitsNet"/>: the loop, and what it gave.</summary>
public sealed class TrainingRun
{
    private const int BatchSize = 32;
    private const double LearningRate = 1.5e-3;

    private readonly DigitsNet _model = new();
    private readonly List<double> _losses = [], _testLosses = [], _accuracies = [], _testAccuracies = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Tensor _testImages, _testLabels;
    private Tensor _scores;

    private TrainingRun(DigitsData test)
    {
        (_testImages, _testLabels) = (Images(test), Labels(test));
        (_scores, _) = Test();
    }

    /// <summary>The test images by the digit they show and the digit recognised, after the last epoch.</summary>
    public ConfusionMatrix Confusion { get; } = new(DigitsData.Classes);

    /// <summary>Trains a network on the training images; the test images are only looked at.</summary>
    public static TrainingRun Start(Options options, DigitsData training, DigitsData test, TextWriter output)
    {
        Generator.Default.ManualSeed(options.Seed);
        Tensor labels = Labels(training);
        if (options.ShuffleLabels)
        {
            labels = labels[Tensor.RandPerm(training.Count)];
        }

        TrainingRun run = new(test);
        output.WriteLine(run._model.Summary(1, 1, DigitsData.Side, DigitsData.Side));
        TensorDataset samples = new(Images(training), labels);
        run.Train(options, DataLoader.Create(samples, BatchSize, shuffle: true, seed: options.Seed), output);
        run.Confusion.Add(run._scores, run._testLabels);
        return run;
    }

    /// <summary>The report: curves, confusion matrix, and every test image with its prediction, mistakes first.</summary>
    public RunReport ToReport(Options options)
    {
        long parameters = _model.Parameters().Sum(static p => p.Count);
        return new RunReport("Handwritten digits")
        {
            Summary = FormattableString.Invariant(
                $"Test accuracy {Confusion.Accuracy:0.0000}: {Confusion.Right} of {Confusion.Total} images that training never saw."),
            Charts =
            [
                new LineChart("Loss", new Curve("training", _losses), new Curve("test", _testLosses))
                {
                    LogScale = true,
                    Caption = "Cross-entropy, mean of an epoch, on a logarithmic scale.",
                },
                new LineChart("Accuracy", new Curve("training", _accuracies), new Curve("test", _testAccuracies))
                {
                    Percent = true,
                    Caption = "Share of images recognised.",
                },
                new ConfusionMatrixChart(Confusion) { Caption = "Test images by the digit they show and the digit recognised." },
            ],
            Predictions = SamplePrediction.OfImages(_testImages, _scores, _testLabels),
            MaxPredictions = int.MaxValue,
            Configuration =
            [
                ("model", FormattableString.Invariant($"{nameof(DigitsNet)}, {parameters:N0} parameters")),
                ("optimizer", FormattableString.Invariant($"Adam, learning rate {LearningRate}, falling to 0 along a cosine")),
                ("batch size", $"{BatchSize}"),
                ("epochs", $"{options.Epochs}"),
                ("seed", $"{options.Seed}"),
                ("training labels", options.ShuffleLabels ? "shuffled (control)" : "as they are"),
                ("training time", FormattableString.Invariant($"{_watch.Elapsed.TotalSeconds:0.0} s")),
            ],
        };
    }

    private static Tensor Images(DigitsData data) => Tensor.From(data.Pixels, data.Count, 1, DigitsData.Side, DigitsData.Side);

    private static Tensor Labels(DigitsData data) => Tensor.From(data.Labels).To(DType.Int64);

    private void Train(Options options, DataLoader<Example, Example> loader, TextWriter output)
    {
        Adam optimizer = new(_model.Parameters(), LearningRate);
        ProgressBar bar = new(options.Epochs, output);
        int step = 0, steps = options.Epochs * loader.Count;
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            _model.Train();
            double loss = 0;
            int batch = 0;
            ConfusionMatrix trained = new(DigitsData.Classes);
            foreach ((Tensor x, Tensor y) in loader)
            {
                using TensorScope scope = new();
                optimizer.LearningRate = LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step++ / steps));
                optimizer.ZeroGrad();
                Tensor scores = _model.Forward(x);
                Tensor batchLoss = Loss.CrossEntropy(scores, y);
                batchLoss.Backward();
                optimizer.Step();

                loss += batchLoss.Item<float>() * x.Size(0);
                trained.Add(scores, y);
                bar.Show(epoch, ++batch, loader.Count);
            }

            (_scores, double testLoss) = Test();
            _losses.Add(loss / trained.Total);
            _testLosses.Add(testLoss);
            _accuracies.Add(trained.Accuracy);
            _testAccuracies.Add(Metrics.Accuracy(_scores, _testLabels));
            string shares = FormattableString.Invariant($"accuracy {_accuracies[^1]:0.0000}  test {_testAccuracies[^1]:0.0000}");
            bar.Finish(epoch, FormattableString.Invariant($"loss {_losses[^1]:0.0000}  {shares}  {_watch.Elapsed.TotalSeconds:0.0} s"));
        }

        _watch.Stop();
    }

    private (Tensor Scores, double Loss) Test()
    {
        _model.Eval();
        using (GradMode.NoGrad())
        {
            Tensor scores = _model.Forward(_testImages);
            return (scores, Loss.CrossEntropy(scores, _testLabels).Item<float>());
        }
    }
}
