using System.Globalization;

namespace DeepLearning.Samples.Inspect;

/// <summary>The command line.</summary>
public sealed record Options(string File, bool Statistics, string Filter, int Values)
{
    public const string Usage = """
        Lists what is in a model file (safetensors): a model of this library or of another, or a checkpoint of a training run.

          dotnet run -c Release --project samples/Inspect -- FILE [options]

          --stats         smallest, largest and mean number of every tensor, and how many are NaN or infinite
          --filter TEXT   only the tensors whose name contains the text
          --values N      show the first N numbers of every tensor (4)
        """;

    /// <exception cref="ArgumentException">There is no file, an option is unknown, or its value is missing or no number.</exception>
    public static Options Parse(string[] arguments)
    {
        Options options = new("", false, "", 4);
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? argument))
        {
            options = argument switch
            {
                "--stats" => options with { Statistics = true },
                "--filter" => options with { Filter = Value(argument) },
                "--values" => options with { Values = Number(argument) },
                _ when argument.StartsWith("--", StringComparison.Ordinal) => throw new ArgumentException($"Unknown option: {argument}."),
                _ when options.File.Length > 0 => throw new ArgumentException("One file at a time."),
                _ => options with { File = argument },
            };
        }

        return options.File.Length > 0 ? options : throw new ArgumentException("Which file?");

        string Value(string option) =>
            rest.TryDequeue(out string? text) ? text : throw new ArgumentException($"{option} needs a value.");

        int Number(string option) => int.TryParse(Value(option), CultureInfo.InvariantCulture, out int number) && number is >= 0 and <= 1000
            ? number
            : throw new ArgumentException($"{option} needs a whole number from 0 to 1000.");
    }
}
