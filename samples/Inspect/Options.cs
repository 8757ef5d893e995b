using System.CommandLine;

namespace DeepLearning.Samples.Inspect;

/// <summary>What the command line says.</summary>
public sealed record Options(string File, bool Statistics, string Filter, int Values)
{
    private static readonly Argument<string[]> s_file = new("FILE") { Description = "the file", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<bool> s_statistics = CommandLine.Switch(
        "--stats", "smallest, largest and mean number of every tensor, and how many are NaN or infinite");

    private static readonly Option<string?> s_filter = CommandLine.Text(
        "--filter", "TEXT", "only the tensors whose name contains the text");

    private static readonly Option<int> s_values = CommandLine.Number(
        "--values", "show the first N numbers of every tensor", 4, least: 0, most: 1000);

    public static RootCommand Command { get; } = Made();

    public static Options From(ParseResult parsed) => new(
        parsed.GetRequiredValue(s_file)[0], parsed.GetValue(s_statistics), parsed.GetValue(s_filter) ?? "", parsed.GetValue(s_values));

    private static RootCommand Made()
    {
        RootCommand command = CommandLine.Of(
            "Inspect",
            "Lists what is in a model file (safetensors, .pt, .npy, .npz, .gguf, .onnx, .h5, .keras): a model of this library or of "
            + "another, or a checkpoint.",
            s_statistics, s_filter, s_values);
        command.Add(s_file);
        command.Validators.Add(static result =>
        {
            string[] given = [.. result.GetResult(s_file)?.Tokens.Select(static token => token.Value) ?? []];
            if (Array.Find(given, static text => text.StartsWith("--", StringComparison.Ordinal)) is { } option)
            {
                result.AddError($"Unknown option: {option}.");
            }
            else if (given.Length != 1)
            {
                result.AddError(given.Length == 0 ? "Which file?" : "One file at a time.");
            }
        });
        return command;
    }
}
