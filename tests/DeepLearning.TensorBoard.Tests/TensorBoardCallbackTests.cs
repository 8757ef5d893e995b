using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.TensorBoard;
using DeepLearning.Training;

namespace DeepLearning.Tests.TensorBoard;

public sealed class TensorBoardCallbackTests
{
    [Fact]
    public void Training_and_validation_are_runs_with_the_same_tags()
    {
        using RunFolder folder = new();
        Trainer trainer;
        using (TensorBoardCallback board = new(folder.Path) { BatchInterval = 2, Histograms = true })
        {
            trainer = Fit(board, validates: true, epochs: 3);
        }

        EventFile training = Only(folder, "training"), validation = Only(folder, "validation");
        Assert.Equal([1L, 2, 3], training.Scalars("loss").Select(static s => s.Step));
        Assert.Equal(Single(trainer.History["loss"]), training.Scalars("loss").Select(static s => s.Value));
        Assert.Equal(Single(trainer.History["val_accuracy"]), validation.Scalars("accuracy").Select(static s => s.Value));
        Assert.Equal(3, training.Scalars("learning_rate").Count);
        Assert.Equal([2L, 4, 6, 8, 10, 12], training.Scalars("batch_loss").Select(static s => s.Step));
        TensorBoardValue[] histograms = [.. training.Events.SelectMany(static e => e.Values).Where(static v => v.Histogram is not null)];
        Assert.Equal(
            ["gradients/bias", "gradients/weight", "parameters/bias", "parameters/weight"],
            histograms.Select(static h => h.Tag).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(12, histograms.Length);
        Assert.Equal(4, histograms.First(static h => h.Tag == "parameters/weight").Histogram!.Count);
    }

    [Fact]
    public void Without_validation_there_is_one_run()
    {
        using RunFolder folder = new();
        using TensorBoardCallback board = new(folder.Path);
        Fit(board, validates: false, epochs: 1);
        Assert.Equal(["training"], Directory.GetDirectories(folder.Path).Select(static d => Path.GetFileName(d)!));
        Assert.Single(Only(folder, "training").Scalars("loss"));
        Assert.Empty(Only(folder, "training").Scalars("batch_loss"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBoardCallback("x") { BatchInterval = -1 });
    }

    private static Trainer Fit(TensorBoardCallback board, bool validates, int epochs)
    {
        Generator generator = new(1);
        TensorDataset data = new(Tensor.Randn([20, 2], generator: generator), Tensor.RandInt(2, [20], generator: generator));
        Linear model = new(2, 2);
        Trainer trainer = new(model, new Adam(model.Parameters(), 0.01), static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            Metrics = [Metric.Accuracy()],
            Callbacks = [board],
        };
        trainer.Fit(DataLoader.Create(data, 5), epochs, validates ? DataLoader.Create(data, 10) : null);
        return trainer;
    }

    /// <summary>The values as TensorBoard keeps them.</summary>
    private static IEnumerable<double> Single(IEnumerable<double> values) => values.Select(static v => (double)(float)v);

    private static EventFile Only(RunFolder folder, string run) =>
        EventFile.Read(Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, run))));
}
