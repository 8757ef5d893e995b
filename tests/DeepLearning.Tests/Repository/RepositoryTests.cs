using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Repository;

/// <summary>Rules of the repository that no compiler checks.</summary>
public sealed class RepositoryTests
{
    private const int MaximumColumns = 140;

    private static readonly string[] Folders = ["src", "tests", "samples", "benchmarks"];

    // In two pieces, so that this file does not find itself.
    private static readonly string[] ForbiddenWords = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Exception"];

    // Their builds download the WebAssembly runtime, a driver of browsers or a peer's native libraries, which nobody else needs.
    private static readonly string[] OutsideOfTheSolution =
    [
        "benchmarks/peers/OnnxRuntime/OnnxRuntime.csproj", "benchmarks/peers/Tokenizers/Tokenizers.csproj",
        "benchmarks/peers/TorchSharp/TorchSharp.csproj",
        "samples/Browser/Browser.csproj", "tests/DeepLearning.Browser.Operations/DeepLearning.Browser.Operations.csproj",
        "tests/DeepLearning.Browser.Tests/DeepLearning.Browser.Tests.csproj",
    ];

    [Fact]
    public void The_root_has_exactly_one_solution_and_it_holds_every_project()
    {
        string solution = Assert.Single(Directory.GetFiles(RepositoryFiles.Root, "*.sln*"));
        string text = File.ReadAllText(solution).Replace('\\', '/');
        IEnumerable<string> missing = Folders
            .SelectMany(folder => RepositoryFiles.Enumerate(folder, "*.csproj"))
            .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file).Replace('\\', '/'))
            .Where(project => !OutsideOfTheSolution.Contains(project) && !text.Contains($"\"{project}\"", StringComparison.Ordinal));
        Assert.True(!missing.Any(), "Not in the solution: " + string.Join(", ", missing));
    }

    [Fact]
    public void Source_lines_are_short_and_hold_no_reminders()
    {
        IEnumerable<string> found =
            from folder in Folders
            from file in RepositoryFiles.Enumerate(folder, "*.cs")
            from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
            where line.Text.Length > MaximumColumns || ForbiddenWords.Any(line.Text.Contains)
            select $"{Path.GetRelativePath(RepositoryFiles.Root, file)}:{line.Number}: {line.Text.Trim()}";
        Assert.True(!found.Any(), "\n" + string.Join('\n', found));
    }
}
