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
        Assert.Equal(
            ["coverage_error", "log_loss", "perplexity", "mae", "mse", "rmse"],
            All().Where(static m => m.HigherIsBetter == false).Select(static m => m.Name));
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

    [Fact]
    public void Coverage_says_about_how_many_samples_a_classifier_is_sure()
    {
        Metric metric = Metric.Coverage(0.7);
        Assert.True(double.IsNaN(metric.Value));
        Tensor probabilities = Tensor.From(new double[,] { { 0.7, 0.3 }, { 0.6, 0.4 }, { 0.1, 0.9 }, { 0.2, 0.8 } });
        metric.Update(probabilities, Tensor.From([0L, 1, 1, -100]));
        Assert.Equal(2.0 / 3, metric.Value, 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(static () => Metric.Coverage(1.5));
    }

    [Fact]
    public void A_figure_of_each_class_is_told_where_there_are_classes()
    {
        Tensor scores = Tensor.From(new double[,] { { 3, 1, 0 }, { 0, 2, 1 }, { 1, 2, 0 } }), labels = Tensor.From([0L, 1, 0]);
        Metric recall = Metric.Recall(3), auc = Metric.RocAuc(3);
        recall.Update(scores, labels);
        auc.Update(scores, labels);
        Assert.Equal([0.5, 1, double.NaN], recall.PerClass!);
        Assert.Equal([1, 0.75, double.NaN], auc.PerClass!);
        Assert.Equal(0.875, auc.Value);
        Assert.Null(Metric.RootMeanSquaredError().PerClass);
        Assert.Equal(3, recall.Of(static x => x).PerClass!.Count);
    }

    [Fact]
    public void Scores_without_an_order_and_targets_that_are_no_truths_are_named_and_not_kept()
    {
        Metric auc = Metric.RocAuc(), log = Metric.LogLoss();
        Tensor scores = Tensor.From([0.5, 0.2]), nan = Tensor.From([0.5, double.NaN]);
        Assert.Throws<ArgumentException>(() => auc.Update(nan, Tensor.From([0L, 1])));
        Assert.Contains("target 2", Assert.Throws<ArgumentOutOfRangeException>(() => auc.Update(scores, Tensor.From([0L, 2]))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Update(scores, Tensor.From([0L, 3])));
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Update(Tensor.Zeros(1, 3), Tensor.From([3L])));
        Assert.True(double.IsNaN(log.Value));
        Assert.Equal(0, auc.State.Count);
        auc.Update(scores, Tensor.From([1L, -100]));
        Assert.Equal([1, 2], auc.State.Shape.ToArray());
    }

    [Fact]
    public void Bleu_is_that_of_the_paper()
    {
        // Papineni et al., section 2.1: "the the the …" has two of its seven words in the first reference, and no more.
        Bleu unigrams = new(1), bleu = new(2);
        string[][] references = ["the cat is on the mat".Split(), "there is a cat on the mat".Split()];
        unigrams.Add("the the the the the the the".Split(), references);
        Assert.Equal(2.0 / 7, unigrams.Value, 1e-12);
        bleu.Add("the cat sat on the mat".Split(), references);
        Assert.Equal(Math.Sqrt(5.0 / 6 * (3.0 / 5)), bleu.Value, 1e-12);

        // Half as long as the closest reference.
        Bleu brief = new(1);
        brief.Add(["the", "cat", "on"], references[..1]);
        Assert.Equal(Math.Exp(1 - (6.0 / 3)), brief.Value, 1e-12);
        Assert.True(double.IsNaN(new Bleu().Value));
        Assert.Equal(0, Of([], ["a"]).Value);
        Assert.Equal(0, Of(["a", "b", "c"], ["a", "b", "c"]).Value);

        Bleu both = new(2);
        both.Merge(bleu);
        Assert.Equal(bleu.Value, both.Value);
        Assert.Throws<ArgumentException>(() => bleu.Merge(bleu));
        Assert.Throws<ArgumentException>(() => bleu.Merge(unigrams));
        Assert.Throws<ArgumentException>(() => bleu.Add(["a"], []));

        static Bleu Of(string[] candidate, string[] reference)
        {
            Bleu one = new();
            one.Add(candidate, [reference]);
            return one;
        }
    }

    [Fact]
    public void Points_in_one_cluster_have_no_silhouette()
    {
        Metric metric = Metric.Silhouette();
        metric.Update(Tensor.From(new double[,] { { 0, 0 }, { 1, 0 } }), Tensor.From([1L, 1]));
        Assert.True(double.IsNaN(metric.Value));
        metric.Update(Tensor.From(new double[,] { { 9, 0 } }), Tensor.From([2L]));
        Assert.Equal(((1 - (1 / 9.0)) + (1 - (1 / 8.0))) / 3, metric.Value, 1e-12);
        Assert.Throws<ShapeException>(() => metric.Update(Tensor.Zeros(2, 3), Tensor.From([1L, 1])));
        Assert.Throws<ShapeException>(() => metric.MergeState(Tensor.Zeros(2, 2)));
        Assert.Equal(metric.Value, Metrics.Silhouette(
            Tensor.From(new double[,] { { 0, 0 }, { 1, 0 }, { 9, 0 } }), Tensor.From([1L, 1, 2])));
    }

    private static Metric[] All() =>
    [
        Metric.Accuracy(), Metric.TopKAccuracy(2), Metric.BinaryAccuracy(), Metric.Precision(3), Metric.Recall(3), Metric.F1(3),
        Metric.FBeta(3, 2), Metric.Specificity(3), Metric.RocAuc(), Metric.RocAuc(3), Metric.AveragePrecision(3), Metric.CoverageError(),
        Metric.LogLoss(), Metric.Perplexity(), Metric.BleuScore(),
        Metric.MeanAbsoluteError(), Metric.MeanSquaredError(), Metric.RootMeanSquaredError(), Metric.R2(),
    ];
}
