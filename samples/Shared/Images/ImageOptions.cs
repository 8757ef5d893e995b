using System.Globalization;
using DeepLearning.Data;

namespace DeepLearning.Samples;

/// <summary>The command line of the samples that learn to tell images apart.</summary>
internal sealed record Options
{
    /// <summary>The sample's name in commands and file names.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence: what the sample does.</summary>
    public required string Purpose { get; init; }

    /// <summary>The images.</summary>
    public required DatasetSource Data { get; init; }

    /// <summary>How often the training goes over its images.</summary>
    public required int Epochs { get; init; }

    /// <summary>The models to choose from with <c>--model</c>; the first is the default. Empty when there is only one.</summary>
    public string[] Models { get; init; } = [];

    public string Model { get => field.Length > 0 || Models.Length == 0 ? field : Models[0]; init; } = "";

    public string? DataFolder { get; init; }

    public bool Download { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>How many of the training images and of the test images are used, at most.</summary>
    public int Limit { get; init; } = int.MaxValue;

    public string? Checkpoint { get; init; }

    public string? Save { get; init; }

    public string? Report { get; init; }

    public bool Help { get; init; }

    public string ReportPath => Report ?? $"{Name.ToLowerInvariant()}-report.html";

    public string Usage => string.Create(CultureInfo.InvariantCulture, $"""
        {Purpose}

          dotnet run -c Release --project samples/{Name} -- [options]

        {ModelUsage}  --epochs N          passes over the training images ({Epochs})
          --seed N            seed of weights, order and augmentation ({Seed})
          --data FOLDER       where the images are: the four IDX files, gzip or not; without it the folder in the environment
                              variable DEEPLEARNING_DATA, the cache, and the system's data folder are looked in
          --download          download the images into that folder or the cache if they are not there
          --limit N           use N training images and N test images at most
          --quick             a look at how it works: --epochs 1 --limit 5000
          --checkpoint FILE   save where the training stands after each epoch and on Ctrl-C, and go on from there next time
          --save FILE         save the trained model (safetensors)
          --report FILE       where the report goes ({Name.ToLowerInvariant()}-report.html)
        """);

    private string ModelUsage => Models.Length == 0 ? "" : $"  --model NAME        {string.Join(" or ", Models)} ({Models[0]})\n";

    /// <summary>These options, changed by what the command line says.</summary>
    /// <exception cref="ArgumentException">An option is unknown, or its value is missing or wrong.</exception>
    public Options With(string[] arguments)
    {
        Options options = this;
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? option))
        {
            options = option switch
            {
                "--model" when Models.Length > 0 => options with { Model = OneOf(Models) },
                "--epochs" => options with { Epochs = Number(1) },
                "--seed" => options with { Seed = (ulong)Number(0) },
                "--data" => options with { DataFolder = Value() },
                "--download" => options with { Download = true },
                "--limit" => options with { Limit = Number(100) },
                "--quick" => options with { Epochs = 1, Limit = 5000 },
                "--checkpoint" => options with { Checkpoint = Value() },
                "--save" => options with { Save = Value() },
                "--report" => options with { Report = Value() },
                "--help" or "-h" => options with { Help = true },
                _ => throw new ArgumentException($"Unknown option: {option}."),
            };

            string Value() => rest.TryDequeue(out string? text) && text.Length > 0
                ? text
                : throw new ArgumentException($"{option} needs a value.");

            int Number(int least) =>
                int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
                    ? number
                    : throw new ArgumentException($"{option} needs a whole number from {least}.");

            string OneOf(string[] names) => Value() is string name && names.Contains(name)
                ? name
                : throw new ArgumentException($"{option} needs one of: {string.Join(", ", names)}.");
        }

        return options;
    }
}
