using DeepLearning.Data;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Tests.Training.Terminal.Infrastructure;
using DeepLearning.Training;
using DeepLearning.Training.Terminal;

namespace DeepLearning.Tests.Training.Terminal;

public sealed class ConsoleTrainingTests
{
    [Fact]
    public void A_run_ends_with_a_summary()
    {
        using TemporaryFolder folder = new();
        FakeTerminal output = new(200, isTerminal: false);
        Trainer trainer = Problem.Trainer(
            Problem.Model(), folder["run.safetensors"], new BestModel("val_accuracy", folder["best.safetensors"]));
        ConsoleOutcome outcome = trainer.FitWithConsole(Problem.Loader(), 3, Problem.Validation(), options: Options(output));
        Assert.True(outcome.Completed);
        Assert.Equal((TrainingOutcome.Completed, 0), (outcome.Outcome, outcome.ExitCode));
        Assert.Same(trainer.History, outcome.History);

        string[] lines = output.Rows;
        EpochRecord best = trainer.History.Best("val_accuracy", higherIsBetter: true);
        Assert.StartsWith("epoch 3/3: loss ", lines[2], StringComparison.Ordinal);
        Assert.Matches("^3 epochs in [0-9.]+ s[.]$", lines[3]);
        Assert.StartsWith($"Best epoch {best.Epoch}: val_loss ", lines[4], StringComparison.Ordinal);
        Assert.Equal(
            $"The model has the values of epoch {best.Epoch}; the best model is in {folder["best.safetensors"]}.", Join(lines[5..^2]));
        Assert.Equal($"The checkpoint is {folder["run.safetensors"]}.", lines[^2]);
    }

    [Fact]
    public void A_resumed_run_says_where_it_goes_on()
    {
        using TemporaryFolder folder = new();
        string path = folder["run"];
        Assert.Contains($"There is no checkpoint {path} yet", Fit(2), StringComparison.Ordinal);
        string resumed = Fit(3);
        Assert.Contains($"Resumed from {path}: after 2 epochs.", resumed, StringComparison.Ordinal);
        Assert.Contains("epoch 3/3: ", resumed, StringComparison.Ordinal);
        Assert.Contains(", 3 in all.", resumed, StringComparison.Ordinal);
        Assert.Contains("The run has its 3 epochs already", Fit(3), StringComparison.Ordinal);

        string Fit(int epochs)
        {
            FakeTerminal output = new(200, isTerminal: false);
            Problem.Trainer(Problem.Model(), path).FitWithConsole(Problem.Loader(), epochs, resume: true, options: Options(output));
            return output.Received;
        }
    }

    [Fact]
    public void Warnings_of_a_run_are_shown()
    {
        FakeTerminal output = new(300, isTerminal: false);
        Trainer trainer = Problem.Trainer(Problem.Model());
        trainer.FitWithConsole(Problem.Loader(), 1, options: Options(output));
        Assert.DoesNotContain("Warning", output.Received, StringComparison.Ordinal);
        trainer.FitWithConsole(Problem.Loader(), 1, options: Options(output));
        Assert.Contains("Warning: Fit: the run has 1 epochs already", output.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_goes_on_without_validation_still_ends_with_its_best_epoch()
    {
        FakeTerminal output = new(200, isTerminal: false);
        Trainer trainer = Problem.Trainer(Problem.Model());
        trainer.Fit(Problem.Loader(), 1, Problem.Validation());
        Assert.True(trainer.FitWithConsole(Problem.Loader(), 2, options: Options(output)).Completed);
        Assert.Contains("\n1 epoch in ", output.Received, StringComparison.Ordinal);
        int best = trainer.History.Best("loss", higherIsBetter: false).Epoch;
        Assert.Contains($"Best epoch {best}: ", output.Received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("val_acuracy", true, "loss, accuracy, val_loss, val_accuracy")]
    [InlineData("val_accuracy", false, "loss, accuracy")]
    public void A_figure_that_the_run_does_not_have_is_refused_before_the_first_batch(string figure, bool validates, string known)
    {
        FakeTerminal output = new(200, isTerminal: false);
        Trainer trainer = Problem.Trainer(Problem.Model());
        ArgumentException error = Assert.Throws<ArgumentException>(() => trainer.FitWithConsole(
            Problem.Loader(), 1, validates ? Problem.Validation() : null, options: Options(output) with { Figure = figure }));
        Assert.Contains($"{figure}. There are: {known}.", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, ""), (trainer.Steps, output.Received));
    }

    [Fact]
    public void One_epoch_is_not_several()
    {
        using TemporaryFolder folder = new();
        Problem.Trainer(Problem.Model(), folder["run"]).Fit(Problem.Loader(), 1);
        FakeTerminal output = new(200, isTerminal: false);
        Problem.Trainer(Problem.Model(), folder["run"]).FitWithConsole(Problem.Loader(), 1, resume: true, options: Options(output));
        Assert.Contains(": after 1 epoch.", output.Received, StringComparison.Ordinal);
        Assert.Contains("The run has its 1 epoch already", output.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void Early_stopping_is_a_completed_run_that_says_why()
    {
        FakeTerminal output = new(200, isTerminal: false);
        Trainer trainer = Problem.Trainer(Problem.Model(), null, new EarlyStopping("val_accuracy", patience: 1, minDelta: 1));
        ConsoleOutcome outcome = trainer.FitWithConsole(Problem.Loader(), 9, Problem.Validation(), options: Options(output));
        Assert.Equal((TrainingOutcome.Stopped, true, 0), (outcome.Outcome, outcome.Completed, outcome.ExitCode));
        Assert.Contains("2 epochs in ", output.Received, StringComparison.Ordinal);
        Assert.Contains(". Stopped: val_accuracy has not become better than ", output.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_surfaces_unchanged_and_the_terminal_is_usable()
    {
        InvalidOperationException thrown = new("The training failed.");
        FakeTerminal terminal = new(80);
        Problem.Net model = Problem.Model();
        int batches = 0;
        Trainer trainer = new(
            model, new SGD(model.Parameters(), 0.1), (s, y) => ++batches < 5 ? Loss.CrossEntropy(s, y) : throw thrown);
        Assert.Same(thrown, Assert.Throws<InvalidOperationException>(
            () => trainer.FitWithConsole(Problem.Loader(), 3, options: new ConsoleOptions { Console = terminal.Console })));
        Assert.True(terminal.CursorShown);
        Assert.Equal(0, terminal.Column);
        Assert.StartsWith("epoch 1/3", terminal.Rows[0], StringComparison.Ordinal);

        // Nothing of the view is left in the console.
        terminal.Console.Write(new Spectre.Console.Text("next"));
        Assert.Equal("next", terminal.Rows[^1]);
    }

    [Fact]
    public void A_cancellation_of_the_caller_is_the_callers()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        FakeTerminal terminal = new(80);
        Trainer trainer = Problem.Trainer(Problem.Model());
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.FitWithConsole(
            Problem.Loader(), 3, options: new ConsoleOptions { Console = terminal.Console }, cancellation: source.Token));
        Assert.True(terminal.CursorShown);
    }

    [Fact]
    public void Resuming_needs_to_know_the_checkpoint() => Assert.Contains("Checkpoints", Assert.Throws<InvalidOperationException>(
        () => Problem.Trainer(Problem.Model()).FitWithConsole(Problem.Loader(), 1, resume: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_view_changes_nothing_of_the_training()
    {
        Problem.Net with = Problem.Model(), without = Problem.Model();
        using (new Generator(9).AsDefault())
        {
            Problem.Trainer(with).FitWithConsole(
                Problem.Loader(), 2, Problem.Validation(), options: new ConsoleOptions { Console = new FakeTerminal(80).Console });
        }

        using (new Generator(9).AsDefault())
        {
            Problem.Trainer(without).Fit(Problem.Loader(), 2, Problem.Validation());
        }

        Assert.Equal(Problem.Bits(without), Problem.Bits(with));
    }

    [Fact]
    public void Batches_of_any_kind_train_on_the_console()
    {
        Problem.Net model = Problem.Model();
        Trainer<Example> trainer = new(
            model, new SGD(model.Parameters(), 0.1), batch => new BatchOutput(Loss.CrossEntropy(model.Forward(batch.Input), batch.Target)));
        FakeTerminal output = new(200, isTerminal: false);
        Assert.True(trainer.FitWithConsole(Problem.Loader(), 1, options: Options(output)).Completed);
        Assert.Contains("epoch 1/1: loss ", output.Received, StringComparison.Ordinal);
    }

    private static ConsoleOptions Options(FakeTerminal output) => new() { Console = output.Console };

    /// <summary>A text that the terminal has wrapped.</summary>
    private static string Join(string[] rows) => string.Concat(rows);
}
