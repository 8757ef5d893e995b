using DeepLearning.Samples.Digits;

namespace DeepLearning.Tests.Samples;

public sealed class DigitsTrainingTests
{
    [Fact]
    public void Options_are_read()
    {
        Assert.Equal(new Options(1, 25, false), Options.Parse([]));
        Assert.Equal(new Options(7, 3, true), Options.Parse(["--epochs", "3", "--shuffle-labels", "--seed", "7"]));
    }

    [Theory]
    [InlineData("--epoch", "Unknown option: --epoch.")]
    [InlineData("--epochs", "--epochs needs a whole number from 1.")]
    [InlineData("--epochs 0", "--epochs needs a whole number from 1.")]
    [InlineData("--seed one", "--seed needs a whole number from 0.")]
    public void A_wrong_option_is_named(string arguments, string message)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Options.Parse(arguments.Split(' ')));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void One_epoch_learns_and_its_report_counts_every_test_image()
    {
        (DigitsData training, DigitsData test) = DigitsData.Load(DigitsData.DefaultPath).Split();
        using StringWriter output = new();
        DigitsRun run = DigitsRun.Start(new Options(1, 1, false), training, test, output);
        Assert.True(run.Confusion.Accuracy > 0.7, $"Accuracy {run.Confusion.Accuracy} after one epoch.");
        Assert.Equal(test.Count, run.Confusion.Total);
        Assert.Contains("parameters 151,306", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(run.Confusion.Accuracy, run.History["val_accuracy"][^1], 12);
        string page = run.ToReport(new Options(1, 1, false)).ToHtml();
        Assert.Contains($"{run.Confusion.Right} of {test.Count} images", page, StringComparison.Ordinal);
    }
}
