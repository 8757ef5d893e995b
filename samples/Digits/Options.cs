using System.Globalization;

namespace DeepLearning.Samples.Digits;

/// <summary>The command line.</summary>
public sealed record Options(ulong Seed, int Epochs, bool ShuffleLabels)
{
    public const string Usage = """
        Trains a small convolutional network on handwritten digits.

          dotnet run -c Release --project samples/Digits -- [options]

          --seed N           seed of weights and order (1)
          --epochs N         passes over the training images (25)
          --shuffle-labels   a control: train on shuffled labels; the test accuracy must fall to chance
        """;

    /// <exception cref="ArgumentException">An option is unknown, or its value is no number.</exception>
    public static Options Parse(string[] arguments)
    {
        Options options = new(1, 25, false);
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? option))
        {
            options = option switch
            {
                "--seed" => options with { Seed = Number(option, 0) },
                "--epochs" => options with { Epochs = (int)Number(option, 1) },
                "--shuffle-labels" => options with { ShuffleLabels = true },
                _ => throw new ArgumentException($"Unknown option: {option}."),
            };
        }

        return options;

        ulong Number(string option, int least) =>
            rest.TryDequeue(out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int number) && number >= least
                ? (ulong)number
                : throw new ArgumentException($"{option} needs a whole number from {least}.");
    }
}
