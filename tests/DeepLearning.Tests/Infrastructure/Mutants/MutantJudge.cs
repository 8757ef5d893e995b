using System.Diagnostics;
using Xunit.Abstractions;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>Decides whether the tests see a mutant, in this process.</summary>
/// <param name="runner">Runs the tests.</param>
/// <param name="control">Switches the mutants.</param>
/// <param name="coverage">Which tests pass which mutants.</param>
/// <param name="results">Where the outcomes are noted.</param>
/// <param name="budget">For how many seconds of tests, as measured, a mutant is tried; it counts as a survivor then.</param>
/// <param name="inStatic">Mutants in what fills static fields.</param>
/// <param name="alone">Judges a mutant in a process of its own.</param>
internal sealed class MutantJudge(
    SequentialRunner runner, MutantControl control, MutantCoverage coverage, MutantResults results, double budget,
    IReadOnlySet<int> inStatic, Func<int, string> alone)
{
    // Processor time granted beyond what a test took when it was measured.
    private const double Patience = 2;
    private const int FewTests = 4;
    private const int AskedTests = 16;

    // Neighbors are often killed by the same tests.
    private readonly List<ITestCase> _killers = [];
    private bool _fresh = true;

    /// <summary>Runs the tests that pass a mutant and notes what came of it.</summary>
    /// <returns>False if the process is spoiled and another must go on.</returns>
    public bool Judge(int mutant)
    {
        results.Begin(mutant);
        IReadOnlyList<ITestCase> tests = coverage.Of(mutant);
        bool wasFresh = _fresh;
        _fresh = false;
        foreach (IReadOnlyList<ITestCase> batch in Batches(tests))
        {
            (ITestCase? failed, bool late) = RunWith(mutant, batch);
            if (late)
            {
                results.Write(mutant, "Timeout", "");
                return RunWith(MutantControl.None, batch) is (null, false);
            }

            if (failed is not null)
            {
                // A failure without the mutant is the work of this one or of one before: only a fresh process can tell.
                bool sound = RunWith(MutantControl.None, [failed]) is (null, false);
                results.Write(mutant, sound || wasFresh ? "Killed" : MutantResults.Again, failed.DisplayName);
                _ = _killers.Remove(failed);
                _killers.Insert(0, failed);
                return sound;
            }
        }

        string? status = NeedsProcess(mutant, tests) ? alone(mutant) : null;
        results.Write(mutant, status ?? (tests.Count == 0 ? "NoCoverage" : "Survived"), status is null ? "" : "in a process of its own");
        return true;
    }

    // What is passed once in a process, or once for each of some keys, before or with the first test that needs it, has effect only if it
    // is active then: some test that passed it when it was measured does not any more.
    private bool NeedsProcess(int mutant, IReadOnlyList<ITestCase> tests)
    {
        if (inStatic.Contains(mutant) || tests.Count == 0)
        {
            return inStatic.Contains(mutant) || coverage.IsInDiscovery(mutant);
        }

        control.Captures = true;
        bool arePassing = tests.Take(AskedTests).All(test =>
        {
            _ = control.TakePassed();
            _ = RunWith(MutantControl.None, [test]);
            return control.TakePassed().Contains(mutant);
        });
        control.Captures = false;
        return !arePassing;
    }

    // The latest killers, then ever more tests at once.
    private IEnumerable<IReadOnlyList<ITestCase>> Batches(IReadOnlyList<ITestCase> tests)
    {
        HashSet<ITestCase> covering = [.. tests];
        List<ITestCase> first = [.. _killers.Where(covering.Contains).Take(3)];
        foreach (ITestCase killer in first)
        {
            yield return [killer];
        }

        IReadOnlyList<ITestCase> rest = coverage.Within(budget, tests.Where(test => !first.Contains(test)));
        for (int start = 0, size = FewTests; start < rest.Count; start += size, size *= 3)
        {
            yield return [.. rest.Skip(start).Take(size)];
        }
    }

    private (ITestCase? Failed, bool Late) RunWith(int mutant, IReadOnlyList<ITestCase> batch)
    {
        control.Active = mutant;
        Task<IReadOnlyList<ITestCase>> run = Task.Factory.StartNew(
            () => runner.Run(batch), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        double limit = Patience + (3 * batch.Sum(coverage.SecondsOf));
        using Process self = Process.GetCurrentProcess();
        bool late = !ProcessTime.Ends(self, run.Wait, limit);

        // A loop that the mutant keeps going mostly ends without it.
        control.Active = MutantControl.None;
        if (late && !ProcessTime.Ends(self, run.Wait, limit))
        {
            results.Write(mutant, "Timeout", "did not end without the mutant either");
            self.Kill();
        }

        return (run.Result.Count > 0 ? run.Result[0] : null, late);
    }
}
