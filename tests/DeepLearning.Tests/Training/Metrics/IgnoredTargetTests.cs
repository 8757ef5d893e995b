using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

public sealed class IgnoredTargetTests
{
    private const int Classes = 4;

    private static readonly Dictionary<string, Func<long?, Metric>> Makers = new()
    {
        ["accuracy"] = static ignored => Metric.Accuracy(ignoreIndex: ignored),
        ["top 2"] = static ignored => Metric.TopKAccuracy(2, ignoreIndex: ignored),
        ["precision"] = static ignored => Metric.Precision(Classes, ignoreIndex: ignored),
        ["weighted recall"] = static ignored => Metric.Recall(Classes, ClassAverage.Weighted, ignoreIndex: ignored),
        ["micro F1"] = static ignored => Metric.F1(Classes, ClassAverage.Micro, ignoreIndex: ignored),
    };

    public static TheoryData<string, long?, DType, bool> Cases
    {
        get
        {
            TheoryData<string, long?, DType, bool> cases = [];
            foreach (string metric in Makers.Keys)
            {
                foreach (bool positions in (bool[])[false, true])
                {
                    cases.Add(metric, null, DType.Int64, positions);
                    cases.Add(metric, null, DType.Int32, positions);
                    cases.Add(metric, 0, DType.UInt8, positions);
                    cases.Add(metric, 2, DType.Int64, positions);
                    cases.Add(metric, -1, DType.Int64, positions);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ignored_targets_count_neither_as_right_nor_as_wrong(string name, long? ignored, DType dtype, bool positions)
    {
        Generator generator = new(4);
        Tensor scores = Tensor.Randn(positions ? [10, Classes, 3] : [30, Classes], generator: generator);
        Tensor targets = Tensor.RandInt(0, Classes, positions ? [10, 3] : [30], generator: generator);
        long index = ignored ?? -100;
        targets = targets.MaskedFill(Tensor.Rand(targets.Shape, generator: generator).Less(0.3), index);
        Metric all = Makers[name](ignored), some = Makers[name](-77);
        all.Update(scores, targets.To(dtype));

        Tensor rows = positions ? scores.Permute(0, 2, 1).Reshape(-1, Classes) : scores;
        Tensor counting = targets.Reshape(-1).NotEqualTo(index).NonZero().Reshape(-1);
        some.Update(rows.IndexSelect(0, counting), targets.Reshape(-1).IndexSelect(0, counting));
        Assert.True(double.IsFinite(all.Value));
        Assert.Equal(some.Value, all.Value);
        Assert.True(counting.Count < targets.Count);
    }

    [Theory]
    [InlineData(-100)]
    [InlineData(0)]
    [InlineData(3)]
    public void In_a_training_metrics_follow_the_loss(long index)
    {
        Linear model = new(2, Classes);
        Tensor labels = Tensor.From([0L, 1, 2, 3, 1, 2]);
        labels[^2..] = Tensor.FromScalar(index);
        TensorDataset data = new(Tensor.Randn(6, 2), labels);
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss(ignoreIndex: index))
        {
            Metrics = [Metric.Accuracy(), Metric.F1(Classes), Metric.Accuracy("all", ignoreIndex: long.MinValue)],
        };
        IReadOnlyDictionary<string, double> figures = trainer.Evaluate(DataLoader.Create(data, 4));
        Tensor scores = trainer.Predict(data.Inputs);
        Assert.Equal(Metrics.Accuracy(scores, labels, index), figures["accuracy"], 1e-12);
        Assert.Equal(Metrics.Accuracy(scores, labels, long.MinValue), figures["all"], 1e-12);
    }

    [Fact]
    public void A_confusion_matrix_passes_over_ignored_samples_and_refuses_other_classes()
    {
        ConfusionMatrix usual = new(2), own = new(2, ignoreIndex: 1);
        usual.Add(Tensor.From([0, 1, 1]), Tensor.From([0L, -100, 1]));
        Assert.Equal((2L, 2L), (usual.Total, usual.Right));
        own.Add(Tensor.From([0, 1, 1]), Tensor.From([0L, 1, 0]));
        Assert.Equal((2L, 1L), (own.Total, own.Right));
        Assert.Contains("class -1", Assert.Throws<ArgumentOutOfRangeException>(
            () => usual.Add(Tensor.From([0]), Tensor.From([-1L]))).Message, StringComparison.Ordinal);

        // Fractions of the targets' shape are no class indices.
        Assert.Throws<ShapeException>(() => usual.Add(Tensor.Zeros(2, 3), Tensor.Zeros([2, 3], DType.Int64)));
        Assert.True(double.IsNaN(Metrics.Accuracy(Tensor.From([1L]), Tensor.From([-100L]))));
    }
}
