using System.Globalization;
using DeepLearning.Tests.Training.Terminal.Infrastructure;
using DeepLearning.Training.Terminal;

namespace DeepLearning.Tests.Training.Terminal;

public sealed class PlainViewTests
{
    [Fact]
    public void An_epoch_is_a_line()
    {
        FakeTerminal output = new(40, isTerminal: false);
        using ConsoleProgress progress = View(output);
        Assert.False(progress.IsLive);
        for (int batch = 1; batch < 938; batch++)
        {
            progress.Report(Reports.Batch(batch: batch));
        }

        progress.Report(Reports.Epoch(2));
        Assert.Equal(
            "epoch 2/20: loss 1.2500, accuracy 0.5000, val_loss 0.5000*, val_accuracy 0.7500*, "
            + "lr 0.001, 12,000 samples/s, 5.0 s, 1:00:05 left\n",
            output.Received);
    }

    [Fact]
    public void A_long_epoch_has_lines_within()
    {
        FakeTerminal output = new(40, isTerminal: false);
        using ConsoleProgress progress = View(output, new ConsoleOptions { PlainInterval = TimeSpan.Zero });
        progress.Report(Reports.Batch());
        progress.Report(Reports.Batch(batch: 3, batches: 10, phase: DeepLearning.Training.TrainingPhase.Validation));
        Assert.Equal(
            "epoch 2/20, batch 312/938: loss 0.1235, accuracy 0.9612, 12,346 samples/s, 1:00:05 left\n"
            + "epoch 2/20, validation 3/10: val_loss 0.1235, val_accuracy 0.9612, 12,346 samples/s, 1:00:05 left\n",
            output.Received);
    }

    [Fact]
    public void Text_is_the_same_in_every_culture()
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            FakeTerminal output = new(40, isTerminal: false);
            using ConsoleProgress progress = View(output);
            progress.Report(Reports.Epoch(2));
            Assert.Contains("loss 1.2500, ", output.Received, StringComparison.Ordinal);
            Assert.Contains("12,000 samples/s, 5.0 s", output.Received, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData(0, "0.0000")]
    [InlineData(0.00123456, "0.0012")]
    [InlineData(0.000123456, "1.23e-4")]
    [InlineData(12.34567, "12.3457")]
    [InlineData(1234.567, "1234.6")]
    [InlineData(-1234567, "-1.23e+6")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Figures_are_short(double value, string text) => Assert.Equal(text, TextFormat.Figure(value));

    [Theory]
    [InlineData(0.001, "0.001")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.000123456, "0.000123")]
    [InlineData(0.00001234, "1.23e-5")]
    [InlineData(0, "0")]
    public void Learning_rates_have_the_digits_they_need(double value, string text) => Assert.Equal(text, TextFormat.Rate(value));

    [Theory]
    [InlineData(0.4, "0.40 s", "0:00")]
    [InlineData(59.4, "59.4 s", "0:59")]
    [InlineData(59.96, "1:00", "1:00")]
    [InlineData(3725, "1:02:05", "1:02:05")]
    [InlineData(90_061, "1d 01:01:01", "1d 01:01:01")]
    public void Times_are_read_at_a_glance(double seconds, string duration, string clock)
    {
        Assert.Equal(duration, TextFormat.Duration(TimeSpan.FromSeconds(seconds)));
        Assert.Equal(clock, TextFormat.Clock(TimeSpan.FromSeconds(seconds)));
    }

    private static ConsoleProgress View(FakeTerminal output, ConsoleOptions? options = null) =>
        new(Problem.Trainer(Problem.Model()), (options ?? new ConsoleOptions()) with { Console = output.Console });
}
