using System.Globalization;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Samples.Serving;

/// <summary>
/// What is served: the progression of diabetes a year on, from ten measurements of a patient (samples/Regression has more).
/// </summary>
internal static class Patients
{
    private const string Architecture = "perceptron", Target = "progression";

    public static void Register()
    {
        if (!ModelRegistry.Default.Names.Contains(Architecture))
        {
            ModelRegistry.Default.Add(Architecture, static settings => new Sequential(
                new Linear(settings.Inputs, settings.Int("hidden")), new SiLU(), new Linear(settings.Int("hidden"), settings.Outputs)));
        }
    }

    /// <summary>Trains on the patients shipped with the sample; another seed gives another model.</summary>
    public static TablePredictor Train(ulong seed, int epochs = 100)
    {
        Table table = Read(Path.Combine(AppContext.BaseDirectory, "data", "diabetes.csv"));
        TablePipeline pipeline = new TablePipeline { Target = Target, Imputation = Imputation.Median }.Fit(table);
        using Generator.DefaultRegion region = new Generator(seed).AsDefault();
        TablePredictor predictor = new(pipeline, Architecture, [new("hidden", "16")]);
        Trainer trainer = new(predictor.Model, new Adam(predictor.Model.Parameters(), 5e-3), new MSELoss()) { PrintProgress = false };
        trainer.Fit(DataLoader.Create(pipeline.ToDataset(table), 64, shuffle: true, seed: seed), epochs);
        predictor.Model.Eval();
        return predictor;
    }

    /// <summary>Numbers alone, without quotes, need no CSV package, and this one makes a native executable without a warning.</summary>
    private static Table Read(string path)
    {
        string[][] lines = [.. File.ReadLines(path).Where(static line => line.Length > 0).Select(static line => line.Split(','))];
        return new Table(lines[0].Select((name, column) => new NumberColumn(
            name, [.. lines.Skip(1).Select(line => double.Parse(line[column], CultureInfo.InvariantCulture))])));
    }
}
