using DeepLearning.Training;

namespace DeepLearning.Tests.TrainingTests;

public class ConfusionMatrixTests
{
    [Fact]
    public void Rows_are_true_and_columns_predicted_classes()
    {
        ConfusionMatrix matrix = new(3);
        matrix.Add(Tensor.From([0, 2, 2, 1]), Tensor.From([0, 1, 2, 1]));
        Assert.Equal(1, matrix[1, 2]);
        Assert.Equal(1, matrix[1, 1]);
        Assert.Equal(4, matrix.Total);
        Assert.Equal(0.75, matrix.Accuracy);
        Assert.Equal(0.5, matrix.Recall(1));
        Assert.Equal(1.0, matrix.Precision(1));
        Assert.Equal(0.5, matrix.Precision(2));
        Assert.Equal(2.0 / 3, matrix.F1(1), 12);
    }

    [Fact]
    public void Scores_predict_the_class_with_the_greatest()
    {
        ConfusionMatrix matrix = new(2);
        Tensor scores = Tensor.From(new float[,] { { 1, 3 }, { 5, -1 } });
        matrix.Add(scores, Tensor.From([1L, 1L]));
        Assert.Equal(1, matrix.Right);
        Assert.Equal(0.5, Metrics.Accuracy(scores, Tensor.From([1L, 1L])));
    }

    [Fact]
    public void A_class_outside_the_matrix_is_named_and_nothing_is_counted()
    {
        ConfusionMatrix matrix = new(2);
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => matrix.Add(Tensor.From([0, 1]), Tensor.From([0, 2])));
        Assert.Contains("class 2 of sample 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, matrix.Total);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Metrics.Accuracy(Tensor.Zeros(4, 10), Tensor.From([1, 2])));
        Assert.Contains("[4, 10]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rerun", "Culture")]
    public void The_table_has_decimal_points_in_every_culture()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add(Tensor.From([0, 1, 1]), Tensor.From([0, 1, 0]));
        Assert.Contains("0.500", matrix.ToString(), StringComparison.Ordinal);
    }
}
