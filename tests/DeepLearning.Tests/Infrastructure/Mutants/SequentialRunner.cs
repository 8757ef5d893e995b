using Xunit.Abstractions;
using Xunit.Sdk;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>Runs tests of this assembly in this process, one after the other, as often as asked, and stops at the first failure.</summary>
internal sealed class SequentialRunner : IDisposable
{
    private readonly XunitTestFramework _framework;
    private readonly ITestFrameworkExecutor _executor;

    /// <param name="chosen">The tests to keep.</param>
    /// <param name="classes">Where to look for them; null is everywhere, which takes long.</param>
    public SequentialRunner(Func<ITestCase, bool> chosen, IEnumerable<string>? classes = null)
    {
        using Listener listener = new();
        _framework = new XunitTestFramework(listener);
        ITestFrameworkDiscoverer discoverer = _framework.GetDiscoverer(new ReflectionAssemblyInfo(typeof(SequentialRunner).Assembly));
        if (classes is null)
        {
            discoverer.Find(includeSourceInformation: false, listener, new Options());
            listener.Done.Wait();
        }

        foreach (string name in classes ?? [])
        {
            listener.Done.Reset();
            discoverer.Find(name, includeSourceInformation: false, listener, new Options());
            listener.Done.Wait();
        }

        TestCases = [.. listener.TestCases.Where(chosen)];
        _executor = _framework.GetExecutor(typeof(SequentialRunner).Assembly.GetName());
    }

    public IReadOnlyList<ITestCase> TestCases { get; }

    /// <summary>Runs tests until one fails.</summary>
    /// <param name="tests">The tests, which run by class.</param>
    /// <param name="finished">Told of each test that has ended, on the thread it ran on, with its time in seconds.</param>
    /// <param name="stop">Whether the first failure ends the run.</param>
    /// <returns>What failed.</returns>
    public IReadOnlyList<ITestCase> Run(IEnumerable<ITestCase> tests, Action<ITestCase, double>? finished = null, bool stop = true)
    {
        using Listener listener = new() { Finished = finished, Stop = stop };
        _executor.RunTests(tests, listener, new Options());
        listener.Done.Wait();
        return listener.Failed;
    }

    public void Dispose()
    {
        _executor.Dispose();
        _framework.Dispose();
    }

    // xunit asks for its settings by name; without a value it takes its default.
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        public TValue GetValue<TValue>(string name) =>
            name is "xunit.execution.DisableParallelization" or "xunit.execution.SynchronousMessageReporting"
                ? (TValue)(object)true
                : default!;

        public void SetValue<TValue>(string name, TValue value) => throw new NotSupportedException(name);
    }

    private sealed class Listener : LongLivedMarshalByRefObject, IMessageSink, IDisposable
    {
        public List<ITestCase> TestCases { get; } = [];

        public List<ITestCase> Failed { get; } = [];

        public ManualResetEventSlim Done { get; } = new();

        public Action<ITestCase, double>? Finished { get; init; }

        public bool Stop { get; init; }

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage found:
                    TestCases.Add(found.TestCase);
                    break;
                case ITestCaseFinished finished:
                    Finished?.Invoke(finished.TestCase, (double)finished.ExecutionTime);
                    break;
                case ITestFailed failed:
                    Failed.Add(failed.TestCase);
                    break;
                case ITestCollectionCleanupFailure or ITestClassCleanupFailure or ITestCaseCleanupFailure
                    or ITestCleanupFailure or IErrorMessage:
                    Failed.AddRange(((IExecutionMessage)message).TestCases.Take(1));
                    break;
                case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                    Done.Set();
                    break;
                default:
                    break;
            }

            return !Stop || Failed.Count == 0;
        }

        public void Dispose() => Done.Dispose();
    }
}
