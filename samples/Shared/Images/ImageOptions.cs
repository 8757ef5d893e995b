using System.CommandLine;
using DeepLearning.Data;

namespace DeepLearning.Samples;

/// <summary>The command line of the samples that learn to tell images apart.</summary>
internal sealed record ImageOptions
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

    public string Model { get; init; } = "";

    public string? DataFolder { get; init; }

    public bool Download { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>How many of the training images and of the test images are used, at most.</summary>
    public int Limit { get; init; } = int.MaxValue;

    public string? Checkpoint { get; init; }

    public string? Save { get; init; }

    public string? Report { get; init; }

    /// <summary>The name of the device.</summary>
    public string Device { get; init; } = ComputeDevice.Processor;

    /// <summary>Whether the hash of the trained weights is printed.</summary>
    public bool Fingerprint { get; init; }

    public string ReportPath => Report ?? $"{Name.ToLowerInvariant()}-report.html";

    /// <summary>The command line of a sample whose usual options are these.</summary>
    /// <returns>The command, and what reads the options that it was given.</returns>
    public (RootCommand Command, Func<ParseResult, ImageOptions> Read) Describe()
    {
        Option<string>? model = Models.Length == 0 ? null : CommandLine.OneOf("--model", "the network", Models);
        Option<int> epochs = CommandLine.Number("--epochs", "passes over the training images", Epochs, least: 1);
        Option<int> seed = CommandLine.Number("--seed", "seed of weights, order and augmentation", (int)Seed, least: 0);
        Option<string?> data = CommandLine.Text(
            "--data", "FOLDER", "where the images are: the four IDX files, gzip or not; without it the folder in the environment variable "
            + "DEEPLEARNING_DATA, the cache, and the system's data folder are looked in");
        Option<bool> download = CommandLine.Switch(
            "--download", "download the images into that folder or the cache if they are not there");
        Option<int?> limit = CommandLine.Number("--limit", "use N training images and N test images at most", least: 100);
        Option<bool> quick = CommandLine.Switch("--quick", "a look at how it works: --epochs 1 --limit 5000");
        Option<string?> checkpoint = CommandLine.Text(
            "--checkpoint", "FILE", "save where the training stands after each epoch and on Ctrl-C, and go on from there next time");
        Option<string?> save = CommandLine.Text("--save", "FILE", "save the trained model (safetensors)");
        Option<string?> report = CommandLine.Text("--report", "FILE", $"where the report goes ({ReportPath})");
        Option<string> device = ComputeDevice.Option();
        Option<bool> fingerprint = CommandLine.FingerprintSwitch();
        Option?[] all = [model, epochs, seed, data, download, limit, quick, checkpoint, save, report, device, fingerprint];
        return (CommandLine.Of(Name, Purpose, all.OfType<Option>()), Read);

        ImageOptions Read(ParseResult parsed)
        {
            bool isQuick = parsed.GetValue(quick);
            return this with
            {
                Model = model is null ? "" : parsed.GetRequiredValue(model),
                Epochs = isQuick && !parsed.Has(epochs) ? 1 : parsed.GetValue(epochs),
                Seed = (ulong)parsed.GetValue(seed),
                DataFolder = parsed.GetValue(data),
                Download = parsed.GetValue(download),
                Limit = parsed.GetValue(limit) ?? (isQuick ? 5000 : Limit),
                Checkpoint = parsed.GetValue(checkpoint),
                Save = parsed.GetValue(save),
                Report = parsed.GetValue(report),
                Device = parsed.GetRequiredValue(device),
                Fingerprint = parsed.GetValue(fingerprint),
            };
        }
    }
}
