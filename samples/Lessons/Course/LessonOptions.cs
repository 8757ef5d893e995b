using System.CommandLine;

namespace DeepLearning.Samples.Lessons;

/// <summary>What the command line says.</summary>
internal sealed record LessonOptions
{
    private static readonly Argument<string?> _name = new("lesson")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "the lesson to run; without one, all are listed",
    };

    private static readonly Option<bool> _quick =
        CommandLine.Switch("--quick", "less training, on data that comes with the sample or that the lesson makes: seconds");

    private static readonly Option<int> _seed = CommandLine.Number("--seed", "seed of weights, data and order", 1, least: 0);

    private static readonly Option<string?> _data = CommandLine.Text(
        "--data", "FOLDER", "where the data sets are: the folder of one, or the folder above; without it the folder in the environment "
        + "variable DEEPLEARNING_DATA and the cache are looked in");

    private static readonly Option<bool> _download = CommandLine.Switch("--download", "download what has an address and is not there");

    private static readonly Option<string?> _report =
        CommandLine.Text("--report", "FILE", "where the report goes (LESSON-report.html)");

    private static readonly Option<string?> _pictures =
        CommandLine.Text("--pictures", "FOLDER", "save the report's pictures as files, too");

    public static RootCommand Command { get; } = Describe();

    /// <summary>The lesson's name; null lists all.</summary>
    public string? Name { get; init; }

    public bool Quick { get; init; }

    public ulong Seed { get; init; } = 1;

    public string? Data { get; init; }

    public bool Download { get; init; }

    public string? Report { get; init; }

    public string? Pictures { get; init; }

    public static LessonOptions From(ParseResult parsed) => new()
    {
        Name = parsed.GetValue(_name),
        Quick = parsed.GetValue(_quick),
        Seed = (ulong)parsed.GetValue(_seed),
        Data = parsed.GetValue(_data),
        Download = parsed.GetValue(_download),
        Report = parsed.GetValue(_report),
        Pictures = parsed.GetValue(_pictures),
    };

    private static RootCommand Describe()
    {
        RootCommand command = CommandLine.Of(
            "Lessons", "A course of deep learning: one file a system, from the perceptron to the transformer.", _quick, _seed, _data,
            _download, _report, _pictures);
        command.Add(_name);
        return command;
    }
}
