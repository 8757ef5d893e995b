using System.Globalization;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Tests.Training.Terminal.Infrastructure;
using DeepLearning.Training;
using DeepLearning.Training.Logging;
using Microsoft.Extensions.Logging;

namespace DeepLearning.Tests.Training.Logging;

public sealed class LoggingCallbackTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_is_told_in_events(bool loggingFirst)
    {
        using TemporaryFolder folder = new();
        Recorder log = new(LogLevel.Information);
        LoggingCallback logging = new(log);
        BestModel best = new("val_loss", folder["best"]);
        Trainer trainer = Problem.Trainer(
            Problem.Model(), folder["run"], loggingFirst ? [logging, best] : [best, logging]);
        trainer.Fit(Problem.Loader(), 2, Problem.Validation());

        Assert.Equal(
            [
                "TrainingStarted", "EpochEnded", "BestModelFound", "CheckpointSaved",
                "EpochEnded", "BestModelFound", "CheckpointSaved", "TrainingEnded",
            ],
            loggingFirst ? Ordered(log.Events) : log.Events.Select(static e => e.Id.Name!));
        Assert.All(log.Events, static e => Assert.Equal(LogLevel.Information, e.Level));

        Event epoch = log.Events.First(static e => e.Id.Id == 3);
        Assert.Equal(1, epoch["Epoch"]);
        Assert.Equal(2, epoch["Epochs"]);
        Assert.Equal(128L, epoch["Samples"]);
        Assert.Equal(trainer.History[0]["val_loss"], epoch["val_loss"]);
        Assert.StartsWith("Epoch 1/2: loss ", epoch.Text, StringComparison.Ordinal);
        Event found = log.Events.First(static e => e.Id.Id == 4);
        Assert.Equal(("val_loss", folder["best"]), (found["Figure"], found["Path"]));
        Assert.Equal(folder["run"], log.Events.First(static e => e.Id.Id == 5)["Path"]);
        Assert.Equal(TrainingOutcome.Completed, log.Events[^1]["Outcome"]);
    }

    [Fact]
    public void A_resumed_run_says_so_and_a_cancelled_one_warns()
    {
        using TemporaryFolder folder = new();
        Problem.Trainer(Problem.Model(), folder["run"]).Fit(Problem.Loader(), 1);
        Recorder log = new(LogLevel.Information);
        Trainer trainer = Problem.Trainer(Problem.Model(), folder["run"], new LoggingCallback(log));
        Assert.True(trainer.TryResume());
        Assert.Throws<OperationCanceledException>(
            () => trainer.Fit(Problem.Loader(), 2, cancellation: new CancellationToken(canceled: true)));
        Assert.Equal((2, 1), (log.Events[0].Id.Id, log.Events[0]["Epoch"]));
        Assert.Equal((6, LogLevel.Warning), (log.Events[^1].Id.Id, log.Events[^1].Level));
    }

    [Fact]
    public void A_warning_of_the_run_is_one_of_the_log()
    {
        Recorder log = new(LogLevel.Information);
        Trainer trainer = Problem.Trainer(Problem.Model(), null, new LoggingCallback(log));
        trainer.Fit(Problem.Loader(), 1);
        Assert.DoesNotContain(log.Events, static e => e.Id.Id == 8);
        trainer.Fit(Problem.Loader(), 1);
        Event warned = Assert.Single(log.Events, static e => e.Id.Id == 8);
        Assert.Equal(LogLevel.Warning, warned.Level);
        Assert.Equal(Assert.Single(trainer.Warnings), warned["Message"]);
    }

    [Fact]
    public void A_failed_run_is_an_error()
    {
        Recorder log = new(LogLevel.Information);
        Trainer trainer = Problem.Trainer(Problem.Model(), null, new LoggingCallback(log), new EarlyStopping("no_such_figure"));
        Assert.Throws<ArgumentException>(() => trainer.Fit(Problem.Loader(), 1));
        Assert.Equal(LogLevel.Error, log.Events[^1].Level);
    }

    [Fact]
    public void Batches_have_a_level_of_their_own()
    {
        Recorder log = new(LogLevel.Debug);
        Problem.Trainer(Problem.Model(), null, new LoggingCallback(log)).Fit(Problem.Loader(), 1);
        Assert.DoesNotContain(log.Events, static e => e.Id.Id == 7);
        Problem.Trainer(Problem.Model(), null, new LoggingCallback(log, LogLevel.Debug)).Fit(Problem.Loader(), 1);
        Event[] batches = [.. log.Events.Where(static e => e.Id.Id == 7)];
        Assert.Equal(Enumerable.Range(1, Problem.Batches), batches.Select(static e => (int)e["Batch"]!));
        Assert.All(batches, static e => Assert.IsType<double>(e["Loss"]));
    }

    /// <summary>A callback before the one that keeps the best model sees it when the next epoch begins.</summary>
    private static IEnumerable<string> Ordered(List<Event> events)
    {
        Assert.True(events.FindIndex(static e => e.Id.Id == 4) > events.FindIndex(static e => e.Id.Id == 3));
        Assert.Equal(2, events.Count(static e => e.Id.Id == 4));
        return events
            .OrderBy(static e => e.Id.Id is 1 ? 0 : e.Id.Id is 6 ? 100
                : (10 * Convert.ToInt32(e["Epoch"], CultureInfo.InvariantCulture)) + e.Id.Id)
            .Select(static e => e.Id.Name!);
    }

    private sealed record Event(LogLevel Level, EventId Id, string Text, Dictionary<string, object?> Properties)
    {
        public object? this[string name] => Properties[name];
    }

    private sealed class Recorder(LogLevel least) : ILogger
    {
        private readonly Stack<object> _scopes = [];

        public List<Event> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            _scopes.Push(state);
            return new Scope(_scopes);
        }

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Dictionary<string, object?> properties = [];
            foreach (object source in _scopes.Append(state!))
            {
                foreach ((string name, object? value) in (IEnumerable<KeyValuePair<string, object?>>)source)
                {
                    properties[name] = value;
                }
            }

            Events.Add(new Event(logLevel, eventId, formatter(state, exception), properties));
        }

        private sealed class Scope(Stack<object> scopes) : IDisposable
        {
            public void Dispose() => scopes.Pop();
        }
    }
}
