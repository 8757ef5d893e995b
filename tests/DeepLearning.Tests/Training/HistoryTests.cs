using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

public sealed class HistoryTests
{
    // Not in the constructor, which runs before the test has a generator of its own.
    private readonly Lazy<History> _fit = new(static () => Blobs.Trainer(Blobs.Model(1)).Fit(Blobs.Loader(), 3, Blobs.Validation()));

    private History Fitted => _fit.Value;

    [Fact]
    public void Figures_are_series()
    {
        Assert.Equal([1, 2, 3], Fitted.Select(static e => e.Epoch));
        Assert.Equal(Fitted.Select(static e => e["val_accuracy"]), Fitted["val_accuracy"]);
        Assert.True(double.IsNaN(Fitted[0]["no such figure"]));
        Assert.Equal(Fitted["val_accuracy"].Max(), Fitted.Best("val_accuracy", higherIsBetter: true)["val_accuracy"]);
        Assert.Contains("there are: loss, accuracy, val_loss", Assert.Throws<KeyNotFoundException>(() => Fitted["f1"]).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_csv_has_all_digits()
    {
        string[] lines = Fitted.ToCsv().TrimEnd('\n').Split('\n');
        Assert.Equal("epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,samples,seconds,waiting_seconds", lines[0]);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith(FormattableString.Invariant($"2,{Fitted[1]["loss"]:R},"), lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void It_prints_as_a_table_and_an_epoch_as_a_line()
    {
        string[] lines = Fitted.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("epoch        loss    accuracy    val_loss  val_accuracy  learning rate   seconds", lines[0]);
        Assert.All(lines, line => Assert.Equal(lines[0].Length, line.Length));
        Assert.StartsWith("epoch 3: loss 0.", Fitted[2].ToString(), StringComparison.Ordinal);
    }
}
