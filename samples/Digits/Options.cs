using System.CommandLine;

namespace DeepLearning.Samples.Digits;

/// <summary>What the command line says.</summary>
public sealed record Options(ulong Seed, int Epochs, bool ShuffleLabels)
{
    private static readonly Option<int> s_seed = CommandLine.Number("--seed", "seed of weights and order", 1, least: 0);
    private static readonly Option<int> s_epochs = CommandLine.Number("--epochs", "passes over the training images", 25, least: 1);
    private static readonly Option<bool> s_shuffle = CommandLine.Switch(
        "--shuffle-labels", "a control: train on shuffled labels; the test accuracy must fall to chance");

    private static readonly Option<string> s_device = ComputeDevice.Option();
    private static readonly Option<bool> s_fingerprint = CommandLine.FingerprintSwitch();

    /// <summary>Whether the hash of the trained weights is printed.</summary>
    public bool Fingerprint { get; init; }

    /// <summary>The name of the device.</summary>
    public string Device { get; init; } = ComputeDevice.Processor;

    public static RootCommand Command { get; } = CommandLine.Of(
        "Digits", "Trains a small convolutional network on handwritten digits.", s_seed, s_epochs, s_shuffle,
        s_device, s_fingerprint);

    /// <exception cref="ArgumentException">An option is unknown, or its value is not a number.</exception>
    public static Options Parse(string[] arguments) => From(CommandLine.Read(Command, arguments));

    public static Options From(ParseResult parsed) =>
        new((ulong)parsed.GetValue(s_seed), parsed.GetValue(s_epochs), parsed.GetValue(s_shuffle))
        {
            Device = parsed.GetRequiredValue(s_device),
            Fingerprint = parsed.GetValue(s_fingerprint),
        };
}
