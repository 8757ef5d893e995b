using System.Globalization;

namespace DeepLearning.Samples.Regression;

/// <summary>The command line.</summary>
public sealed record Options
{
    public const string Usage = """
        Predicts a number from the columns of a table: with least squares, a linear network and a multilayer perceptron.

          dotnet run -c Release --project samples/Regression -- [options]

          --data FOLDER   predict house prices in California from housing.csv or housing.tgz in this folder
          --diabetes      take the data shipped here, even where DEEPLEARNING_DATA or the cache has house prices
          --seed N        seed of weights and order (1)
          --epochs N      passes over the training rows (housing 100, diabetes 300)
        """;

    public string? DataFolder { get; init; }

    public bool Diabetes { get; init; }

    public ulong Seed { get; init; } = 1;

    public int? Epochs { get; init; }

    /// <exception cref="ArgumentException">An option is unknown, or its value is missing or no number.</exception>
    public static Options Parse(string[] arguments)
    {
        Options options = new();
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? option))
        {
            options = option switch
            {
                "--data" => options with { DataFolder = rest.TryDequeue(out string? folder) ? folder : throw Missing("a folder") },
                "--diabetes" => options with { Diabetes = true },
                "--seed" => options with { Seed = (ulong)Number(0) },
                "--epochs" => options with { Epochs = Number(1) },
                _ => throw new ArgumentException($"Unknown option: {option}."),
            };

            ArgumentException Missing(string what) => new($"{option} needs {what}.");

            int Number(int least) =>
                rest.TryDequeue(out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int number) && number >= least
                    ? number
                    : throw Missing($"a whole number from {least}");
        }

        return options;
    }
}
