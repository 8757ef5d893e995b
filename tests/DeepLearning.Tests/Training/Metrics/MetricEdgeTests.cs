using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Metrics at the ends of what they take: nothing counted, shapes and types beside those that fit, states that are none.</summary>
public sealed class MetricEdgeTests
{
    private static readonly Tensor s_two = Tensor.From([0.5, 0.25]);

    public static TheoryData<string, Func<Metric>, Tensor, Tensor> Unfit => new()
    {
        { "integers", static () => Metric.Coverage(), Tensor.From(new[,] { { 1L, 0 }, { 0, 1 } }), Tensor.From([0L, 1]) },
        { "a row", static () => Metric.Coverage(), s_two, Tensor.From([0L, 1]) },
        { "other samples", static () => Metric.Coverage(), Tensor.Ones(3, 2), Tensor.From([0L, 1]) },
        { "a target without an axis", static () => Metric.Coverage(), Tensor.Ones(1, 2), Tensor.FromScalar(0L) },
        { "numbers without an axis", static () => Metric.RocAuc(), Tensor.FromScalar(0.5), Tensor.FromScalar(1L) },
        { "integers", static () => Metric.RocAuc(), Tensor.From([1L, 0]), Tensor.From([1L, 0]) },
        { "a table", static () => Metric.RocAuc(), Tensor.Ones(2, 2), Tensor.From([1L, 0]) },
        { "more targets", static () => Metric.RocAuc(), s_two, Tensor.From([1L, 0, 1]) },
        { "a row", static () => Metric.RocAuc(3), Tensor.Ones(3), Tensor.From([0L, 1, 2]) },
        { "another count of classes", static () => Metric.RocAuc(3), Tensor.Ones(2, 4), Tensor.From([0L, 1]) },
        { "other samples", static () => Metric.RocAuc(3), Tensor.Ones(2, 3), Tensor.From([0L, 1, 1]) },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Shapes_and_types_beside_those_that_fit_are_refused_and_not_counted(
        string what, Func<Metric> make, Tensor predictions, Tensor targets)
    {
        Metric metric = make();
        ShapeException error = Assert.Throws<ShapeException>(() => metric.Update(predictions, targets));
        Assert.True(error.Message.StartsWith(metric.Name, StringComparison.Ordinal), what);
        Assert.True(double.IsNaN(metric.Value), what);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(3L)]
    [InlineData(4L)]
    public void A_class_beyond_the_last_is_no_target_of_a_ranking(long target)
    {
        Metric auc = Metric.RocAuc(3);
        Tensor scores = Tensor.From(new[,] { { 0.5, 0.2, 0.1 }, { 0.1, 0.7, 0.2 }, { 0, 0, 0.4 } });
        ArgumentOutOfRangeException error =
            Assert.Throws<ArgumentOutOfRangeException>(() => auc.Update(scores, Tensor.From([0L, target, 2])));
        Assert.Contains("position 1 is not from 0 to 2", error.Message, StringComparison.Ordinal);
        auc.Update(scores, Tensor.From([0L, 1, 2]));
        Assert.Equal(1, auc.Value);
    }

    public static TheoryData<Func<Metric>> Numbers => new()
    {
        static () => Metric.MeanAbsoluteError(), static () => Metric.MeanSquaredError(), static () => Metric.RootMeanSquaredError(),
        static () => Metric.R2(),
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Nothing_merged_into_nothing_is_nothing(Func<Metric> make)
    {
        Metric metric = make(), other = make();
        metric.Merge(other);
        Assert.Equal(other.State.ToArray<double>(), metric.State.ToArray<double>());
        Tensor predictions = Tensor.From([1.0, 2, 4]), targets = Tensor.From([1.0, 3, 5]);
        metric.Update(predictions, targets);
        other.Update(predictions, targets);
        Assert.Equal(other.Value, metric.Value);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 2, 2)]
    [InlineData(6)]
    [InlineData(1, 1, 1)]
    public void A_state_of_points_without_dimensions_is_none(params int[] shape)
    {
        Metric metric = Metric.Silhouette();
        Assert.Throws<ShapeException>(() => metric.State = Tensor.Zeros(shape, DType.Float64));
        metric.Update(Tensor.From(new[,] { { 0.0, 0 }, { 1, 0 }, { 9, 0 }, { 9, 1 } }), Tensor.From([0L, 0, 1, 1]));
        double before = metric.Value;
        Assert.Throws<ShapeException>(() => metric.MergeState(Tensor.Zeros(shape, DType.Float64)));
        Assert.Throws<ShapeException>(() => metric.MergeState(Tensor.Zeros([2, 4], DType.Float64)));
        Assert.Equal(before, metric.Value);
    }

    [Fact]
    public void A_confusion_matrix_prints_counts_recalls_and_precisions()
    {
        ConfusionMatrix matrix = new(3);
        matrix.Add(Tensor.From([0, 0, 0, 1, 1]), Tensor.From([0, 0, 1, 1, 2]));
        string[] lines = matrix.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(
            [
                @"true \ predicted      0     1     2  recall",
                "                0     2     0     0   1.000",
                "                1     1     1     0   0.500",
                "                2     0     1     0   0.000",
                "        precision 0.667 0.500   NaN   0.600",
            ],
            lines);
    }

    [Fact]
    public void Negative_counts_are_refused_and_nothing_is_changed()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add(Tensor.From([0, 1, 1]), Tensor.From([0, 1, 0]));
        string before = matrix.ToString();
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Load([1, 2, 3, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Merge([1, 2, 3, -1]));
        Assert.Equal(before, matrix.ToString());
        matrix.Load([1, 2, 3, 0]);
        Assert.Equal((6L, 1L), (matrix.Total, matrix.Right));
    }
}
