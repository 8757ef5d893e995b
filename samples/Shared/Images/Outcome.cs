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
    public static void Tell(Trainer trainer, ImageSets data, ImageOptions options, params (string Name, string Value)[] recipe)
    {
        TensorDataset test = data.Test.First(options.Limit);
        Tensor scores = trainer.Predict(test.Inputs.To(ComputeDevice.Of(options.Device))).To(Device.Cpu);
        ConfusionMatrix confusion = new(data.ClassNames.Count);
        confusion.Add(scores, test.Targets);
        string accuracy = string.Create(CultureInfo.InvariantCulture, $"test accuracy {confusion.Accuracy:0.0000}");
        if (options.Save is { } path)
        {
            trainer.Model.Save(path, new Dictionary<string, string> { ["sample"] = options.Name, ["result"] = accuracy });
            Console.WriteLine($"model: {Path.GetFullPath(path)}");
        }

        RunReport report = RunReport.From(options.Data.Title, trainer);
        report = report with
        {
            Summary = $"{accuracy}: {confusion.Right} of {confusion.Total} images that were not used for training.",
            Charts =
            [
                .. report.Charts,
                new ConfusionMatrixChart(confusion, data.ClassNames) { Caption = "Test images by what they show and what was recognized." },
            ],
            Predictions = SamplePrediction.OfImages(test.Inputs, scores, test.Targets, data.ClassNames),
            Configuration = [.. report.Configuration, .. recipe, ("seed", $"{options.Seed}")],
        };
        report.Save(options.ReportPath);
        Console.WriteLine($"report: {Path.GetFullPath(options.ReportPath)}");
        if (options.Fingerprint)
        {
            Console.WriteLine($"fingerprint {trainer.Model.Fingerprint()}");
        }

        Console.WriteLine(accuracy);
    }
}
