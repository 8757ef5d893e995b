using DeepLearning.Tests.Training.Terminal.Infrastructure;
using DeepLearning.Training;
using DeepLearning.Training.Terminal;
using Spectre.Console;

namespace DeepLearning.Tests.Training.Terminal;

public sealed class LiveViewTests
{
    private static readonly ConsoleOptions Everything = new() { EpochInterval = TimeSpan.Zero };

    [Fact]
    public void Bars_figures_speed_and_time_are_on_three_lines()
    {
        FakeTerminal terminal = new(80);
        using ConsoleProgress progress = View(terminal);
        Assert.True(progress.IsLive);
        progress.Report(Reports.Batch());
        Assert.Equal(3, terminal.Rows.Length);
        Assert.Matches("^epoch  2/20   ━─+    6 %  1:12 elapsed, 1:00:05 left$", terminal.Rows[0]);
        Assert.Matches("^batch 312/938 ━+─+   33 %  12,346 samples/s$", terminal.Rows[1]);
        Assert.Equal("loss 0.1235  accuracy 0.9612  lr 0.001", terminal.Rows[2]);
        Assert.Equal(terminal.Rows[0].LastIndexOf('─'), terminal.Rows[1].LastIndexOf('─'));
        Assert.False(terminal.CursorShown);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(40)]
    [InlineData(20)]
    [InlineData(8)]
    public void Nothing_is_wider_than_the_terminal(int width)
    {
        foreach (bool unicode in (bool[])[true, false])
        {
            FakeTerminal terminal = new(width, unicode);
            using ConsoleProgress progress = View(terminal);
            progress.Report(Reports.Batch());
            progress.Report(Reports.Epoch(2));
            if (width >= 20)
            {
                Assert.True(terminal.Rows.Length == 5, string.Join('\n', terminal.Rows));
                Assert.All(terminal.Rows, row => Assert.InRange(row.Length, 1, width - 1));
                Assert.Contains("  val_loss", terminal.Rows[0], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Forty_columns_show_what_matters_most()
    {
        FakeTerminal terminal = new(40);
        using ConsoleProgress progress = View(terminal);
        progress.Report(Reports.Batch());
        progress.Report(Reports.Epoch(2));
        Assert.Equal("epoch  val_loss   val_accuracy", terminal.Rows[0]);
        Assert.Equal(" 2/20    0.5000*        0.7500*", terminal.Rows[1]);
        Assert.Matches("^epoch  2/20   ━*─+   10 %  1:00:05 left$", terminal.Rows[2]);
    }

    [Fact]
    public void A_value_is_marked_where_it_is_the_best_so_far()
    {
        FakeTerminal terminal = new(80);
        using (ConsoleProgress progress = View(terminal))
        {
            progress.Report(Reports.Epoch(1, loss: 0.5, accuracy: 0.5));
            progress.Report(Reports.Epoch(2, loss: 0.6, accuracy: 0.7));
            progress.Report(Reports.Epoch(3, loss: 0.4, accuracy: 0.6));
            progress.Report(Reports.Epoch(4, loss: double.NaN, accuracy: 0.7));
        }

        Assert.Equal(
            [
                "epoch      loss  accuracy  val_loss   val_accuracy         lr      time",
                " 1/20    1.2500    0.5000    0.5000*        0.5000*     0.001     5.0 s",
                " 2/20    1.2500    0.5000    0.6000         0.7000*     0.001     5.0 s",
                " 3/20    1.2500    0.5000    0.4000*        0.6000      0.001     5.0 s",
                " 4/20    1.2500    0.5000       NaN         0.7000      0.001     5.0 s",
                "",
            ],
            terminal.Rows);
        Assert.True(terminal.CursorShown);
    }

    [Fact]
    public void Validation_says_so()
    {
        FakeTerminal terminal = new(80);
        using ConsoleProgress progress = View(terminal);
        progress.Report(Reports.Batch(batch: 3, batches: 10, phase: TrainingPhase.Validation));
        Assert.StartsWith("valid  3/10 ━", terminal.Rows[1], StringComparison.Ordinal);
        Assert.StartsWith("val_loss 0.1235  val_accuracy 0.9612", terminal.Rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_without_Unicode_and_colours_gets_neither()
    {
        FakeTerminal terminal = new(80, unicode: false, colors: false);
        using ConsoleProgress progress = View(terminal);
        progress.Report(Reports.Batch());
        progress.Report(Reports.Epoch(2));
        Assert.True(terminal.Received.All(char.IsAscii), terminal.Received);
        Assert.DoesNotMatch("\e\\[[0-9;]*3[0-9]", terminal.Received);
        Assert.Matches(@"^epoch  2/20   \[#+\.+\]   10 %", terminal.Rows[2]);
    }

    [Fact]
    public void Lines_of_other_code_stand_above_the_bars()
    {
        FakeTerminal terminal = new(60);
        using ConsoleProgress progress = View(terminal);
        progress.WriteLine("before");
        progress.Report(Reports.Batch());
        progress.WriteLine("through the view [as it is] that is long enough to be wrapped by the terminal");
        terminal.Console.WriteLine("through Spectre");
        terminal.Console.Write("a part");
        Assert.Equal(
            ["before", "through the view [as it is] that is long enough to be wrappe", "d by the terminal", "through Spectre", "a part"],
            terminal.Rows[..5]);
        Assert.StartsWith("epoch", terminal.Rows[5], StringComparison.Ordinal);
        Assert.Equal(8, terminal.Rows.Length);
    }

    [Fact]
    public void A_window_made_narrower_keeps_nothing_of_the_old_lines()
    {
        FakeTerminal terminal = new(80);
        using ConsoleProgress progress = View(terminal);
        progress.WriteLine("first");
        progress.Report(Reports.Batch());
        terminal.Resize(30);
        progress.Report(Reports.Epoch(2));
        Assert.Equal("first", terminal.Rows[0]);
        Assert.StartsWith("epoch  val_loss", terminal.Rows[1], StringComparison.Ordinal);
        Assert.Equal(3 + 3, terminal.Rows.Length);
    }

    [Fact]
    public void It_is_drawn_no_more_than_ten_times_a_second_or_so()
    {
        FakeTerminal terminal = new(80);
        using ConsoleProgress progress = View(terminal);
        long start = Environment.TickCount64;
        for (int batch = 1; batch <= 900; batch++)
        {
            progress.Report(Reports.Batch(batch: batch));
        }

        int frames = terminal.Received.Split("\e[?25l").Length - 1;
        Assert.InRange(frames, 1, 2 + ((Environment.TickCount64 - start) / 100));
    }

    [Fact]
    public void An_interrupted_epoch_stays_to_be_seen()
    {
        FakeTerminal terminal = new(80);
        using (ConsoleProgress progress = View(terminal))
        {
            progress.Report(Reports.Batch());
        }

        Assert.Equal(4, terminal.Rows.Length);
        Assert.StartsWith("batch 312/938", terminal.Rows[1], StringComparison.Ordinal);
        Assert.Equal("", terminal.Rows[3]);
        Assert.True(terminal.CursorShown);
        terminal.Console.WriteLine("after");
        Assert.Equal("after", terminal.Rows[3]);
    }

    [Fact]
    public void Of_many_short_epochs_some_are_shown_and_always_the_last()
    {
        FakeTerminal terminal = new(80);
        using (ConsoleProgress progress = View(terminal, new ConsoleOptions { EpochInterval = TimeSpan.FromHours(1) }))
        {
            for (int epoch = 1; epoch <= 500; epoch++)
            {
                progress.Report(Reports.Epoch(epoch, 500));
            }
        }

        Assert.Equal(1 + 30 + 1 + 1, terminal.Rows.Length);
        Assert.StartsWith("500/500", terminal.Rows[31], StringComparison.Ordinal);
    }

    private static ConsoleProgress View(FakeTerminal terminal, ConsoleOptions? options = null) =>
        new(Problem.Trainer(Problem.Model()), (options ?? Everything) with { Console = terminal.Console });
}
