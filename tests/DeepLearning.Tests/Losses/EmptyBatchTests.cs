using DeepLearning.Losses;

namespace DeepLearning.Tests.Losses;

/// <summary>The mean of nothing is refused by name; the sum and the terms of nothing are 0 and empty.</summary>
public class EmptyBatchTests
{
    private static readonly Tensor s_rows = Tensor.Zeros(0, 3), s_classes = Tensor.Zeros([0], DType.Int64);

    private static readonly Dictionary<string, Func<LossReduction, Tensor>> s_losses = new()
    {
        ["MSE"] = r => Loss.MSE(s_rows, s_rows, r),
        ["L1"] = r => Loss.L1(s_rows, s_rows, r),
        ["Huber"] = r => Loss.Huber(s_rows, s_rows, 1, r),
        ["CrossEntropy"] = r => Loss.CrossEntropy(s_rows, s_classes, reduction: r),
        ["NLL"] = r => Loss.NLL(s_rows, s_classes, reduction: r),
        ["BCE"] = r => Loss.BCE(s_rows, s_rows, Tensor.Ones(3), r),
        ["BCEWithLogits"] = r => Loss.BCEWithLogits(s_rows, s_rows, Tensor.Ones(3), reduction: r),
        ["KLDiv"] = r => Loss.KLDiv(s_rows, s_rows, reduction: r),
        ["PoissonNLL"] = r => Loss.PoissonNLL(s_rows, s_rows, reduction: r),
        ["GaussianNLL"] = r => Loss.GaussianNLL(s_rows, s_rows, s_rows, reduction: r),
        ["MarginRanking"] = r => Loss.MarginRanking(s_rows, s_rows, s_rows, reduction: r),
        ["SoftMargin"] = r => Loss.SoftMargin(s_rows, s_rows, r),
        ["MultiMargin"] = r => Loss.MultiMargin(s_rows, s_classes, reduction: r),
        ["MultiLabelMargin"] = r => Loss.MultiLabelMargin(s_rows, s_rows.To(DType.Int64), r),
        ["MultiLabelSoftMargin"] = r => Loss.MultiLabelSoftMargin(s_rows, s_rows, reduction: r),
        ["CosineEmbedding"] = r => Loss.CosineEmbedding(s_rows, s_rows, Tensor.Zeros(0), reduction: r),
        ["TripletMargin"] = r => Loss.TripletMargin(s_rows, s_rows, s_rows, reduction: r),
        ["Focal"] = r => Loss.Focal(s_rows, s_classes, reduction: r),
        ["Distillation"] = r => Loss.Distillation(s_rows, s_rows, reduction: r),
    };

    public static TheoryData<string> Names => [.. s_losses.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_mean_of_an_empty_batch_is_refused_by_the_name_of_the_loss(string name)
    {
        ShapeException error = Assert.Throws<ShapeException>(() => s_losses[name](LossReduction.Mean));
        Assert.StartsWith($"{name}: an input [0, 3] has no elements", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, s_losses[name](LossReduction.Sum).Item<float>());
        Assert.Equal(0, s_losses[name](LossReduction.None).Count);
    }

    [Fact]
    public void The_mean_over_samples_of_an_empty_batch_is_refused() =>
        Assert.Throws<ShapeException>(() => Loss.KLDiv(s_rows, s_rows, reduction: LossReduction.BatchMean));

    [Fact]
    public void Targets_other_than_the_two_signs_are_refused()
    {
        Tensor x = Tensor.Ones(2), labels = Tensor.From([0f, 1f]);
        Assert.Equal("target", Assert.Throws<ArgumentOutOfRangeException>(() => Loss.MarginRanking(x, x, labels)).ParamName);
        Assert.Equal("target", Assert.Throws<ArgumentOutOfRangeException>(() => Loss.SoftMargin(x, labels)).ParamName);
    }

    [Fact]
    public void Probabilities_have_no_class_to_ignore()
    {
        Tensor x = Tensor.Ones(2, 4), y = x.Softmax(1);
        Assert.Equal("ignoreIndex", Assert.Throws<ArgumentException>(() => Loss.CrossEntropy(x, y, ignoreIndex: 1)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.PoissonNLL(Tensor.Ones(2), Tensor.Ones(2), false, eps: -1));
    }
}
