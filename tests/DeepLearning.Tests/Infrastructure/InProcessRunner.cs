using Xunit.Abstractions;
using Xunit.Sdk;

namespace DeepLearning.Tests.Infrastructure;

/// <summary>Runs the tests of this assembly that carry a trait, in this process, through xunit's own framework classes.</summary>
internal static class InProcessRunner
{
    public static (int Passed, int Failed) Run(string trait, string value, TextWriter failures, int every = 1)
    {
        using Sink sink = new(failures);
        Options options = new();
        using XunitTestFramework framework = new(sink);
        ReflectionAssemblyInfo assembly = new(typeof(InProcessRunner).Assembly);

        ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(assembly);
        discoverer.Find(includeSourceInformation: false, sink, options);
        sink.Discovered.Wait();
        List<ITestCase> chosen =
        [
            .. sink.TestCases.Where(test => test.Traits.TryGetValue(trait, out List<string>? values) && values.Contains(value))
                .Where((_, i) => i % every == 0),
        ];

        ITestFrameworkExecutor executor = framework.GetExecutor(typeof(InProcessRunner).Assembly.GetName());
        executor.RunTests(chosen, sink, options);
        sink.Executed.Wait();
        return (sink.Passed, sink.Failed);
    }

    // xunit asks for its settings by name; without a value it takes its default.
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        public TValue GetValue<TValue>(string name) => default!;

        public void SetValue<TValue>(string name, TValue value) => throw new NotSupportedException(name);
    }

    private sealed class Sink(TextWriter failures) : LongLivedMarshalByRefObject, IMessageSink, IDisposable
    {
        private readonly Lock _lock = new();

        public List<ITestCase> TestCases { get; } = [];

        public ManualResetEventSlim Discovered { get; } = new();

        public ManualResetEventSlim Executed { get; } = new();

        public int Passed { get; private set; }

        public int Failed { get; private set; }

        public bool OnMessage(IMessageSinkMessage message)
        {
            lock (_lock)
            {
                Note(message);
            }

            return true;
        }

        public void Dispose()
        {
            Discovered.Dispose();
            Executed.Dispose();
        }

        private void Note(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage found:
                    TestCases.Add(found.TestCase);
                    break;
                case IDiscoveryCompleteMessage:
                    Discovered.Set();
                    break;
                case ITestPassed:
                    Passed++;
                    break;
                case ITestFailed failed:
                    Fail(failed.Test.DisplayName, failed);
                    break;
                case ITestAssemblyFinished:
                    Executed.Set();
                    break;
                case IFailureInformation error:
                    Fail(message.GetType().Name, error);
                    break;
                default:
                    break;
            }
        }

        private void Fail(string name, IFailureInformation failure)
        {
            Failed++;
            failures.WriteLine($"FAILED {name}");
            failures.WriteLine(string.Join('\n', failure.Messages));
            failures.WriteLine(string.Join('\n', failure.StackTraces));
        }
    }
}
