using System.Globalization;
using Xunit.Abstractions;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>Which test passes which mutants, and how long it takes: measured once, read by every process that runs mutants.</summary>
internal sealed class MutantCoverage
{
    // The line of what is passed while tests are looked for: static fields, and what fills the data of theories.
    private const string Discovery = "discovery";
    private const double Shortest = 0.001;

    private readonly List<(string Id, string Class, double Seconds, int[] Mutants)> _lines = [];
    private readonly Dictionary<int, List<ITestCase>> _tests = [];
    private readonly Dictionary<ITestCase, double> _seconds = [];
    private readonly HashSet<int> _discovery = [];

    private MutantCoverage()
    {
    }

    /// <summary>The classes of all tests that pass without a mutant.</summary>
    public IReadOnlyCollection<string> Classes => [.. _lines.Select(line => line.Class).Distinct()];

    /// <summary>The tests that pass a mutant: those first that are fast and pass few others, being likely about it.</summary>
    public IReadOnlyList<ITestCase> Of(int mutant) => _tests.TryGetValue(mutant, out List<ITestCase>? tests) ? tests : [];

    /// <summary>Whether a mutant is passed while tests are looked for.</summary>
    public bool IsInDiscovery(int mutant) => _discovery.Contains(mutant);

    public double SecondsOf(ITestCase test) => _seconds[test];

    /// <summary>Of different tests the first ones, up to the one with which so many seconds are spent.</summary>
    public IReadOnlyList<ITestCase> Within(double budget, IEnumerable<ITestCase> tests)
    {
        List<ITestCase> kept = [];
        double spent = 0;
        foreach (ITestCase test in tests.Distinct().TakeWhile(_ => spent < budget))
        {
            kept.Add(test);
            spent += _seconds[test];
        }

        return kept;
    }

    /// <summary>The classes whose tests pass one of these mutants.</summary>
    public IReadOnlyCollection<string> ClassesOf(IReadOnlyCollection<int> mutants) =>
        [.. _lines.Where(line => line.Mutants.Any(mutants.Contains)).Select(line => line.Class).Distinct()];

    /// <summary>Whether all tests of these classes that were measured have been found.</summary>
    public bool HasAll(IReadOnlyCollection<string> classes) => _lines.Count(line => classes.Contains(line.Class)) == _seconds.Count;

    /// <summary>Runs each test without a mutant and writes a line for it: its id, class, seconds, mutants.</summary>
    /// <returns>The names of the tests that fail here and so can tell nothing.</returns>
    public static IReadOnlyList<string> Measure(SequentialRunner runner, MutantControl control, string file)
    {
        string discovery = Line(Discovery, "", 0, control.TakePassed());
        Dictionary<ITestCase, string> lines = [];
        IReadOnlyList<ITestCase> failed = runner.Run(
            runner.TestCases,
            (test, seconds) =>
                lines[test] = Line(test.UniqueID, test.TestMethod.TestClass.Class.Name, seconds, control.TakePassed()),
            stop: false);
        control.Captures = false;
        // Noting mutants takes memory and time, which some tests measure.
        failed = failed.Count == 0 ? failed : runner.Run(failed.Distinct(), stop: false);
        File.WriteAllLines(file, [discovery, .. lines.Where(line => !failed.Contains(line.Key)).Select(line => line.Value)]);
        return [.. failed.Select(test => test.DisplayName).Distinct()];
    }

    public static MutantCoverage Read(string file)
    {
        MutantCoverage coverage = new();
        foreach (string line in File.ReadLines(file))
        {
            string[] parts = line.Split('\t');
            int[] mutants = [.. parts[3].Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
            if (parts[0] == Discovery)
            {
                coverage._discovery.UnionWith(mutants);
            }
            else
            {
                coverage._lines.Add((parts[0], parts[1], double.Parse(parts[2], CultureInfo.InvariantCulture), mutants));
            }
        }

        return coverage;
    }

    /// <summary>Finds the tests of this process among the lines.</summary>
    public void Bind(IReadOnlyList<ITestCase> tests)
    {
        Dictionary<string, ITestCase> byId = [];
        foreach (ITestCase test in tests)
        {
            byId[test.UniqueID] = test;
        }

        foreach ((string id, _, double seconds, int[] mutants) in _lines.OrderBy(line => (Shortest + line.Seconds) * line.Mutants.Length))
        {
            if (!byId.TryGetValue(id, out ITestCase? test))
            {
                continue;
            }

            _seconds[test] = seconds;
            foreach (int mutant in mutants)
            {
                if (!_tests.TryGetValue(mutant, out List<ITestCase>? list))
                {
                    _tests[mutant] = list = [];
                }

                list.Add(test);
            }
        }
    }

    private static string Line(string id, string type, double seconds, IReadOnlyList<int> mutants) =>
        FormattableString.Invariant($"{id}\t{type}\t{seconds}\t{string.Join(',', mutants)}");
}
