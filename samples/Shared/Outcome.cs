using System.Globalization;
using DeepLearning.Data;
using DeepLearning.Reporting;
using DeepLearning.Training;

namespace DeepLearning.Samples;

/// <summary>What a training came to: the test, the saved model, the report and the last line.</summary>
internal static class Outcome
{
    /// <summary>Tests the model on images that it has not learned from, and tells of it.</summary>
    /// <param name="trainer">The training that has ended.</param>
    /// <param name="data">The set; its test images are used.</param>
    /// <param name="options">The command line.</param>
    /// <param name="recipe">How the model was trained, for the report.</param>
    public static void Tell(Trainer trainer, ImageSets data, Options options, params (string Name, string Value)[] recipe)
    {
        TensorDataset test = data.Test.First(options.Limit);
        Tensor scores = trainer.Predict(test.Inputs);
        ConfusionMatrix confusion = new(data.ClassNames.Count);
        confusion.Add(scores, test.Targets);
        string accuracy = string.Create(CultureInfo.InvariantCulture, $"test accuracy {confusion.Accuracy:0.0000}");
        if (options.Save is { } path)
        {
            trainer.Model.Save(path, new Dictionary<string, string> { ["sample"] = options.Name, ["result"] = accuracy });
            Console.WriteLine($"model: {Path.GetFullPath(path)}");
        }

        History history = trainer.History;
        RunReport report = new(options.Data.Title)
        {
            Summary = $"{accuracy}: {confusion.Right} of {confusion.Total} images that were not used for training.",
            Charts =
            [
                new LineChart("Loss", new Curve("training", history["loss"]), new Curve("validation", history["val_loss"]))
                {
                    LogScale = true,
                    Caption = "Cross-entropy, mean of an epoch, on a logarithmic scale.",
                },
                new LineChart("Accuracy", new Curve("training", history["accuracy"]), new Curve("validation", history["val_accuracy"]))
                {
                    Percent = true,
                    Caption = "Share of images recognised. Training images are changed at random, which makes them harder.",
                },
                new ConfusionMatrixChart(confusion, data.ClassNames) { Caption = "Test images by what they show and what was recognised." },
            ],
            Predictions = SamplePrediction.OfImages(test.Inputs, scores, test.Targets, data.ClassNames),
            Configuration =
            [
                .. recipe,
                ("epochs", $"{options.Epochs}"),
                ("seed", $"{options.Seed}"),
                ("parameters", string.Create(CultureInfo.InvariantCulture, $"{trainer.Model.Parameters().Sum(static p => p.Count):N0}")),
                ("training time", string.Create(CultureInfo.InvariantCulture, $"{history.Sum(static epoch => epoch.Duration.TotalSeconds):0} s")),
            ],
        };
        report.Save(options.ReportPath);
        Console.WriteLine($"report: {Path.GetFullPath(options.ReportPath)}");
        Console.WriteLine(accuracy);
    }
}
