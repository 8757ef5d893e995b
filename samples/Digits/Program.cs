using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using DeepLearning;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Samples.Digits;
using DeepLearning.Samples.Digits.Reporting;
using DeepLearning.Training;
using ConfusionMatrix = DeepLearning.Training.ConfusionMatrix;

const int BatchSize = 32;
const double LearningRate = 1e-3;
const string ReportFile = "digits-report.html";

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Options options;
try
{
    options = Options.Parse(args);
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

// The data: a fifth of the images is the test, the same in every run.
(DigitsData training, DigitsData test) = DigitsData.Load(DigitsData.DefaultPath).Split();
Generator.Default.ManualSeed(options.Seed);
Tensor labels = Tensor.From(training.Labels).To(DType.Int64);
if (options.ShuffleLabels)
{
    labels = labels.IndexSelect(0, Tensor.RandPerm(training.Count));
}

DataLoader<Example, Example> loader = DataLoader.Create(new TensorDataset(Images(training), labels), BatchSize, shuffle: true, seed: options.Seed);
Tensor testImages = Images(test), testLabels = Tensor.From(test.Labels).To(DType.Int64);

// The model and how it learns.
DigitsNet model = new();
Adam optimizer = new(model.Parameters(), LearningRate);
Console.WriteLine(model.Summary(testImages[..1]));
Console.WriteLine($"{training.Count} training images, {test.Count} test images, {Parallelism.Threads} threads");

List<double> losses = [], testLosses = [], accuracies = [], testAccuracies = [];
ProgressBar bar = new(options.Epochs);
Stopwatch watch = Stopwatch.StartNew();
for (int epoch = 1; epoch <= options.Epochs; epoch++)
{
    model.Train();
    double loss = 0;
    int batch = 0, seen = 0;
    ConfusionMatrix trained = new(DigitsData.Classes);
    foreach ((Tensor x, Tensor y) in loader)
    {
        using TensorScope scope = new();
        optimizer.ZeroGrad();
        Tensor scores = model.Forward(x);
        Tensor batchLoss = Loss.CrossEntropy(scores, y);
        batchLoss.Backward();
        optimizer.Step();

        loss += batchLoss.Item<float>() * x.Size(0);
        seen += x.Size(0);
        trained.Add(scores, y);
        bar.Show(epoch, ++batch, loader.Count);
    }

    (Tensor testScores, double testLoss) = Test();
    losses.Add(loss / seen);
    testLosses.Add(testLoss);
    accuracies.Add(trained.Accuracy);
    testAccuracies.Add(Metrics.Accuracy(testScores, testLabels));
    bar.Finish(epoch, $"loss {losses[^1]:0.0000}  accuracy {accuracies[^1]:0.0000}  test {testAccuracies[^1]:0.0000}  {watch.Elapsed.TotalSeconds:0.0} s");
}

(Tensor finalScores, _) = Test();
ConfusionMatrix confusion = new(DigitsData.Classes);
confusion.Add(finalScores, testLabels);
SaveReport();
Console.WriteLine(confusion);
Console.WriteLine($"report: {Path.GetFullPath(ReportFile)}");
Console.WriteLine($"test accuracy {confusion.Accuracy:0.0000}");
return 0;

static Tensor Images(DigitsData data) => Tensor.From(data.Pixels, data.Count, 1, DigitsData.Side, DigitsData.Side);

(Tensor Scores, double Loss) Test()
{
    model.Eval();
    using (GradMode.NoGrad())
    {
        Tensor scores = model.Forward(testImages);
        return (scores, Loss.CrossEntropy(scores, testLabels).Item<float>());
    }
}

void SaveReport()
{
    Tensor probabilities = finalScores.Softmax(1);
    float[] best = probabilities.AMax(1).ToArray<float>();
    int[] predicted = probabilities.ArgMax(1).ToArray<int>();
    int[,] counts = new int[DigitsData.Classes, DigitsData.Classes];
    for (int i = 0; i < test.Count; i++)
    {
        counts[test.Labels[i], predicted[i]]++;
    }

    Report report = new()
    {
        Title = "Handwritten digits",
        Summary = $"Test accuracy {confusion.Accuracy:0.0000}: {confusion.Right} of {confusion.Total} images that training never saw.",
        Loss = [new Curve("training", losses), new Curve("test", testLosses)],
        Accuracy = [new Curve("training", accuracies), new Curve("test", testAccuracies)],
        Confusion = counts,
        Predictions = [.. Enumerable.Range(0, test.Count).Select(i => new Prediction(test.Image(i).ToArray(), test.Labels[i], predicted[i], best[i]))],
        Configuration =
        [
            ("model", $"{nameof(DigitsNet)}, {model.Parameters().Sum(static p => p.Count):N0} parameters"),
            ("optimizer", $"Adam, learning rate {LearningRate}"),
            ("batch size", $"{BatchSize}"),
            ("epochs", $"{options.Epochs}"),
            ("seed", $"{options.Seed}"),
            ("training labels", options.ShuffleLabels ? "shuffled (control)" : "as they are"),
            ("training time", $"{watch.Elapsed.TotalSeconds:0.0} s on {Parallelism.Threads} threads"),
            ("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"),
        ],
    };
    report.Save(ReportFile);
}
