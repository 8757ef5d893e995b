using System.Globalization;
using Xunit.Abstractions;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>Which test passes which mutants, and how long it takes: measured once, read by every process that runs mutants.</summary>
internal sealed class MutantCoverage
{
    private readonly Dictionary<int, List<ITestCase>> _tests = [];
    private readonly Dictionary<ITestCase, double> _seconds = [];
    private readonly HashSet<int> _static = [];

    private MutantCoverage()
    {
    }

    /// <summary>All tests that pass without a mutant, the fastest first.</summary>
    public IReadOnlyList<ITestCase> Tests { get; private set; } = [];

    /// <summary>The tests that pass a mutant, the fastest first.</summary>
    public IReadOnlyList<ITestCase> Of(int mutant) => _tests.TryGetValue(mutant, out List<ITestCase>? tests) ? tests : [];

    public bool IsStatic(int mutant) => _static.Contains(mutant);

    public double SecondsOf(ITestCase test) => _seconds[test];

    /// <summary>Runs each test without a mutant and writes a line for it: its id, seconds, mutants, static mutants.</summary>
    /// <returns>The names of the tests that fail here and so can tell nothing.</returns>
    public static IReadOnlyList<string> Measure(SequentialRunner runner, MutantControl control, string file)
    {
        control.Captures = true;
        // What the discovery passed belongs to no test.
        _ = control.TakeCovered();
        Dictionary<ITestCase, string> lines = [];
        IReadOnlyList<ITestCase> failed = runner.Run(
            runner.TestCases,
            (test, seconds) =>
            {
                (IList<int> all, IList<int> inStatic) = control.TakeCovered();
                lines[test] = FormattableString.Invariant(
                    $"{test.UniqueID}\t{seconds}\t{string.Join(',', all)}\t{string.Join(',', inStatic)}");
            },
            stop: false);
        control.Captures = false;
        // Noting mutants takes memory and time, which some tests measure.
        failed = failed.Count == 0 ? failed : runner.Run(failed.Distinct(), stop: false);
        File.WriteAllLines(file, lines.Where(line => !failed.Contains(line.Key)).Select(line => line.Value));
        return [.. failed.Select(test => test.DisplayName).Distinct()];
    }

    public static MutantCoverage Read(IReadOnlyList<ITestCase> tests, string file)
    {
        MutantCoverage coverage = new();
        Dictionary<string, ITestCase> byId = [];
        foreach (ITestCase test in tests)
        {
            byId[test.UniqueID] = test;
        }

        IEnumerable<string[]> lines = File.ReadLines(file).Select(line => line.Split('\t'))
            .OrderBy(parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        List<ITestCase> all = [];
        foreach (string[] parts in lines)
        {
            if (!byId.TryGetValue(parts[0], out ITestCase? test))
            {
                continue;
            }

            all.Add(test);
            coverage._seconds[test] = double.Parse(parts[1], CultureInfo.InvariantCulture);
            foreach (int mutant in Numbers(parts[2]))
            {
                if (!coverage._tests.TryGetValue(mutant, out List<ITestCase>? list))
                {
                    coverage._tests[mutant] = list = [];
                }

                list.Add(test);
            }

            coverage._static.UnionWith(Numbers(parts[3]));
        }

        coverage.Tests = all;
        return coverage;
    }

    private static IEnumerable<int> Numbers(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => int.Parse(part, CultureInfo.InvariantCulture));
}
