using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>The figures themselves are compared with scikit-learn in Golden.</summary>
public sealed class MetricTests
{
    [Fact]
    public void Nothing_counted_is_NaN()
    {
        Assert.All(All(), static metric => Assert.True(double.IsNaN(metric.Value), metric.Name));
        Assert.All(All(), static metric => Assert.NotNull(metric.HigherIsBetter));
        Assert.Equal(["mae", "mse", "rmse"], All().Where(static m => m.HigherIsBetter == false).Select(static m => m.Name));
    }

    [Fact]
    public void Accuracy_counts_positions_of_any_rank()
    {
        Metric metric = Metric.Accuracy();
        Tensor targets = Tensor.RandInt(0, 4, [2, 5, 6], generator: new Generator(1));
        Tensor scores = Tensor.Randn([2, 4, 5, 6], generator: new Generator(2));
        metric.Update(scores, targets);
        Assert.Equal(scores.ArgMax(1).EqualTo(targets).To(DType.Float64).Mean().Item<double>(), metric.Value, 1e-12);
        metric.Reset();
        metric.Update(targets, targets);
        Assert.Equal(1, metric.Value);
    }

    [Fact]
    public void Binary_accuracy_takes_probabilities_or_logits()
    {
        Metric probabilities = Metric.BinaryAccuracy(), logits = Metric.BinaryAccuracy(0);
        Tensor targets = Tensor.From([1f, 0, 1, 0]);
        probabilities.Update(Tensor.From([0.9f, 0.2f, 0.4f, 0.6f]).Unsqueeze(1), targets);
        logits.Update(Tensor.From([2f, -2, 0.1f, 3]), targets);
        Assert.Equal(0.5, probabilities.Value);
        Assert.Equal(0.75, logits.Value);
    }

    [Fact]
    public void Accuracy_takes_the_highest_of_wanted_probabilities()
    {
        Metric metric = Metric.Accuracy();
        Tensor scores = Tensor.From(new float[,] { { 1, 3, 2 }, { 5, 0, 1 }, { 0, 1, 2 } });
        metric.Update(scores, Tensor.From(new float[,] { { 0, 1, 0 }, { 0, 0, 1 }, { 0.1f, 0.3f, 0.6f } }));
        Assert.Equal(2.0 / 3, metric.Value, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_single_output_is_no_score_of_classes(int rank)
    {
        // Its highest class would always be class 0, and a truncated logit is no class.
        Tensor output = Tensor.From([0.4f, -2, 3]), labels = Tensor.From([1L, 0, 1]);
        output = rank == 1 ? output : output.Unsqueeze(1);
        Assert.Contains("BinaryAccuracy", Assert.Throws<ShapeException>(() => Metric.Accuracy().Update(output, labels)).Message,
            StringComparison.Ordinal);
        Assert.Contains("single output", Assert.Throws<ShapeException>(() => Metrics.Accuracy(output, labels)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new ConfusionMatrix(2).Add(output, labels));
        Assert.Equal(1, Metrics.Accuracy(output.Greater(0).To(DType.Int64).Reshape(-1), labels));
    }

    [Fact]
    public void R2_survives_targets_far_from_zero()
    {
        Metric metric = Metric.R2();
        Tensor targets = Tensor.From([1e9, 1e9 + 1, 1e9 + 2]);
        metric.Update(targets + 0.1, targets);
        Assert.Equal(1 - (0.03 / 2), metric.Value, 1e-6);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Tensor scores = Tensor.Zeros(4, 3), labels = Tensor.Zeros([5], DType.Int64);
        Assert.All(All(), metric =>
        {
            ShapeException error = Assert.Throws<ShapeException>(() => metric.Update(scores, labels));
            Assert.Contains("[4, 3]", error.Message, StringComparison.Ordinal);
            Assert.Throws<ShapeException>(() => metric.State = Tensor.Zeros(7, 7));
            Assert.True(double.IsNaN(metric.Value));
        });
    }

    private static Metric[] All() =>
    [
        Metric.Accuracy(), Metric.TopKAccuracy(2), Metric.BinaryAccuracy(), Metric.Precision(3), Metric.Recall(3), Metric.F1(3),
        Metric.MeanAbsoluteError(), Metric.MeanSquaredError(), Metric.RootMeanSquaredError(), Metric.R2(),
    ];
}
