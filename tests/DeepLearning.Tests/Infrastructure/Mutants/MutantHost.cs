using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>
/// Runs the mutants that Stryker.NET has built into the library (tests/mutation/run). Stryker starts a process for each mutant; here one
/// process switches from mutant to mutant, some hundred times faster. It gives up, to be started again, when a mutant has spoiled it.
/// </summary>
internal static class MutantHost
{
    public const string Argument = "mutants";

    private const int Ok = 0;
    private const int Survived = 3;
    private const int StartAgain = 75;

    // Of processor time, for a process to find its tests.
    private const double StartingSeconds = 60;

    /// <summary>
    /// The steps: measure, run, alone (a mutant of a static field, in a process of its own), finish. From the environment:
    /// MUTATION_SAMPLE, MUTATION_SECONDS (tests/mutation/run).
    /// </summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        switch (args)
        {
            case ["measure", string folder, .. ReadOnlySpan<string> tests]:
                return Measure(folder, [.. tests]);
            case ["run", string folder, string share, .. ReadOnlySpan<string> tests]:
                int[] parts = [.. share.Split('/').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
                return RunShare(folder, parts[0], parts[1], [.. tests]);
            case ["alone", string folder, string mutant, .. ReadOnlySpan<string> tests]:
                return Alone(folder, int.Parse(mutant, CultureInfo.InvariantCulture), [.. tests]);
            case ["finish", string folder]:
                return Finish(folder);
            default:
                Console.Error.WriteLine("usage: mutants measure|run|alone|finish FOLDER [SHARE/SHARES|MUTANT] [TESTS...]");
                return 2;
        }
    }

    /// <summary>Whether a test takes part: fast, and its name contains one of the texts.</summary>
    public static bool IsChosen(ITestCase test, IReadOnlyList<string> names) =>
        !(test.Traits.TryGetValue("Category", out List<string>? categories) && categories.Contains("Slow"))
        && names.Any(name => test.DisplayName.Contains(name, StringComparison.Ordinal));

    private static int Budget => Setting("MUTATION_SECONDS", 10);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    private static int Measure(string folder, string[] tests)
    {
        MutantControl control = new() { Captures = true };
        using SequentialRunner runner = new(test => IsChosen(test, tests));
        TextWriter console = Silence();
        console.WriteLine($"{runner.TestCases.Count} tests");
        foreach (string name in MutantCoverage.Measure(runner, control, CoverageFile(folder)))
        {
            console.WriteLine($"Left out, since it fails without a mutant: {name}");
        }

        return Ok;
    }

    // Training prints, and these tests run thousands of times.
    private static TextWriter Silence()
    {
        TextWriter console = Console.Out;
        Console.SetOut(TextWriter.Null);
        return console;
    }

    private static int RunShare(string folder, int share, int shares, string[] tests)
    {
        MutantReport report = Report(folder);
        MutantResults results = new(Path.Combine(folder, FormattableString.Invariant($"results-{share}.tsv")));
        int[] mutants = [.. report.Mutants(Setting("MUTATION_SAMPLE", int.MaxValue))
            .Where((mutant, i) => i % shares == share && !results.Results.ContainsKey(mutant))];
        if (mutants.Length == 0)
        {
            return Ok;
        }

        MutantControl control = new();
        _ = Silence();
        MutantCoverage coverage = MutantCoverage.Read(CoverageFile(folder));
        IReadOnlyCollection<string> classes = coverage.ClassesOf(mutants.ToHashSet());
        using SequentialRunner runner = new(test => IsChosen(test, tests), classes);
        coverage.Bind(runner.TestCases);
        if (!coverage.HasAll(classes))
        {
            throw new InvalidOperationException("Tests that were measured are not found: the data of a theory differ from run to run.");
        }

        MutantJudge judge = new(
            runner,
            control,
            coverage,
            results,
            Budget,
            report.Static(),
            mutant => StatusAlone(folder, mutant, tests));
        return mutants.All(judge.Judge) ? Ok : StartAgain;
    }

    private static string StatusAlone(string folder, int mutant, string[] tests)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true };
        string id = mutant.ToString(CultureInfo.InvariantCulture);
        foreach (string argument in (string[])[typeof(MutantHost).Assembly.Location, Argument, "alone", folder, id, .. tests])
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        if (!ProcessTime.Ends(child, StartingSeconds + (3 * Budget)))
        {
            child.Kill(entireProcessTree: true);
            return "Timeout";
        }

        output.Wait();
        return child.ExitCode == Survived ? "Survived" : "Killed";
    }

    // Active from the start, whatever fills the static field, and with the tests of its file after its own, since any may read the field.
    private static int Alone(string folder, int mutant, string[] tests)
    {
        _ = new MutantControl { Active = mutant };
        _ = Silence();
        MutantCoverage coverage = MutantCoverage.Read(CoverageFile(folder));
        IReadOnlyList<int> near = [mutant, .. Report(folder).Neighbors(mutant)];
        IReadOnlyCollection<string> classes = coverage.ClassesOf(near.ToHashSet());
        using SequentialRunner runner = new(test => IsChosen(test, tests), classes);
        coverage.Bind(runner.TestCases);
        return coverage.HasAll(classes) && runner.Run(coverage.Within(Budget, near.SelectMany(coverage.Of))).Count == 0 ? Survived : Ok;
    }

    private static int Finish(string folder)
    {
        Dictionary<int, (string Status, string Test)> results = [];
        foreach (string file in Directory.EnumerateFiles(folder, "results-*.tsv"))
        {
            foreach ((int mutant, (string Status, string Test) result) in new MutantResults(file).Results)
            {
                results[mutant] = result;
            }
        }

        foreach (string line in Report(folder).Finish(results, folder))
        {
            Console.WriteLine(line);
        }

        return Ok;
    }

    private static string CoverageFile(string folder) => Path.Combine(folder, "coverage.tsv");

    private static MutantReport Report(string folder) =>
        new(Path.Combine(folder, "mutants.json"), Path.Combine(folder, "files.txt"));
}
