using System.CommandLine;

namespace DeepLearning.Samples.Regression;

/// <summary>What the command line says.</summary>
public sealed record Options(string? DataFolder, bool Diabetes, ulong Seed, int? Epochs)
{
    private static readonly Option<string?> s_data = CommandLine.Text(
        "--data", "FOLDER", "predict house prices in California from housing.csv or housing.tgz in this folder");

    private static readonly Option<bool> s_diabetes = CommandLine.Switch(
        "--diabetes", "take the data shipped here, even where DEEPLEARNING_DATA or the cache has house prices");

    private static readonly Option<int> s_seed = CommandLine.Number("--seed", "seed of weights and order", 1, least: 0);
    private static readonly Option<int?> s_epochs = CommandLine.Number(
        "--epochs", "passes over the training rows (housing 100, diabetes 300)", least: 1);

    private static readonly Option<bool> s_fingerprint = CommandLine.FingerprintSwitch();

    /// <summary>Whether the hash of the perceptron's weights is printed.</summary>
    public bool Fingerprint { get; init; }

    public static RootCommand Command { get; } = CommandLine.Of(
        "Regression", "Predicts a number from the columns of a table: with least squares, a linear network and a multilayer perceptron.",
        s_data, s_diabetes, s_seed, s_epochs, s_fingerprint);

    /// <exception cref="ArgumentException">An option is unknown, or its value is missing or no number.</exception>
    public static Options Parse(string[] arguments) => From(CommandLine.Read(Command, arguments));

    public static Options From(ParseResult parsed) =>
        new(parsed.GetValue(s_data), parsed.GetValue(s_diabetes), (ulong)parsed.GetValue(s_seed), parsed.GetValue(s_epochs))
        {
            Fingerprint = parsed.GetValue(s_fingerprint),
        };
}
