using System.Reflection;
using DeepLearning.Data;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

public sealed class MetricMergeTests
{
    private const int Classes = 3, Samples = 40;

    private static readonly Tensor s_scores = Tensor.Randn([Samples, Classes], generator: new Generator(1));
    private static readonly Tensor s_labels = Tensor.RandInt(0, Classes, [Samples], generator: new Generator(2));
    private static readonly Tensor s_numbers = Tensor.Randn([Samples, 2], DType.Float64, new Generator(3)) + 1000;
    private static readonly Tensor s_wanted = s_numbers + Tensor.Randn([Samples, 2], DType.Float64, new Generator(4));

    private static readonly Tensor s_tokens = Tensor.RandInt(0, 3, [Samples, 9], generator: new Generator(5));

    /// <summary>Every metric there is, and what it is shown.</summary>
    private static readonly (string Maker, Func<Metric> Make, Tensor Predictions, Tensor Targets)[] s_all =
    [
        (nameof(Metric.Accuracy), static () => Metric.Accuracy(), s_scores, s_labels),
        (nameof(Metric.Accuracy), static () => Metric.Accuracy(ignoreIndex: 1), s_scores, s_labels),
        (nameof(Metric.TopKAccuracy), static () => Metric.TopKAccuracy(2), s_scores, s_labels),
        (nameof(Metric.BinaryAccuracy), static () => Metric.BinaryAccuracy(1000), s_numbers, s_wanted),
        .. Enum.GetValues<ClassAverage>().SelectMany(static average => new (string, Func<Metric>, Tensor, Tensor)[]
        {
            (nameof(Metric.Precision), () => Metric.Precision(Classes, average), s_scores, s_labels),
            (nameof(Metric.Recall), () => Metric.Recall(Classes, average), s_scores, s_labels),
            (nameof(Metric.F1), () => Metric.F1(Classes, average, ignoreIndex: 0), s_scores, s_labels),
        }),
        .. Enum.GetValues<ClassAverage>().SelectMany(static average => new (string, Func<Metric>, Tensor, Tensor)[]
        {
            (nameof(Metric.FBeta), () => Metric.FBeta(Classes, 2, average), s_scores, s_labels),
            (nameof(Metric.Specificity), () => Metric.Specificity(Classes, average), s_scores, s_labels),
            (nameof(Metric.RocAuc), () => Metric.RocAuc(Classes, average), s_scores, s_labels),
            (nameof(Metric.AveragePrecision), () => Metric.AveragePrecision(Classes, average, ignoreIndex: 2), s_scores, s_labels),
        }),
        (nameof(Metric.RocAuc), static () => Metric.RocAuc(), s_scores[.., 0], s_labels.Less(1).To(DType.Int64)),
        (nameof(Metric.AveragePrecision), static () => Metric.AveragePrecision(), s_scores[.., 0], s_labels.Less(1).To(DType.Int64)),
        (nameof(Metric.Coverage), static () => Metric.Coverage(0.5), s_scores.Softmax(1), s_labels),
        (nameof(Metric.CoverageError), static () => Metric.CoverageError(), s_scores, s_scores.Flip(0).Greater(0)),
        (nameof(Metric.LogLoss), static () => Metric.LogLoss(true, ignoreIndex: 1), s_scores, s_labels),
        (nameof(Metric.Perplexity), static () => Metric.Perplexity(), s_scores, s_labels),
        (nameof(Metric.BleuScore), static () => Metric.BleuScore(2), s_tokens, s_tokens.Roll(1, 1)),
        (nameof(Metric.Silhouette), static () => Metric.Silhouette(), s_numbers, s_labels),
        (nameof(Metric.MeanAbsoluteError), static () => Metric.MeanAbsoluteError(), s_numbers, s_wanted),
        (nameof(Metric.MeanSquaredError), static () => Metric.MeanSquaredError(), s_numbers, s_wanted),
        (nameof(Metric.RootMeanSquaredError), static () => Metric.RootMeanSquaredError(), s_numbers, s_wanted),
        (nameof(Metric.R2), static () => Metric.R2(), s_numbers, s_wanted),
        (nameof(Metric.Of), static () => Metric.R2().Of(static x => x.Square()), s_numbers, s_wanted),
        (nameof(Metric.InUnitsOf), static () => Metric.R2().InUnitsOf(Scaler()), s_numbers, s_wanted),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, s_all.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_parts_merged_are_the_whole(int index)
    {
        (_, Func<Metric> make, Tensor predictions, Tensor targets) = s_all[index];
        Metric whole = Of(make, predictions, targets, ..);
        foreach (int cut in (int[])[0, 1, 13, Samples / 2, Samples])
        {
            Metric first = Of(make, predictions, targets, ..cut), second = Of(make, predictions, targets, cut..);
            double value = second.Value;
            first.Merge(second);
            Assert.Equal(whole.Value, first.Value, 1e-9 * Math.Max(1, Math.Abs(whole.Value)));
            Assert.True(whole.State.To(DType.Float64).AllClose(first.State.To(DType.Float64), 1e-9, 1e-9), $"{whole.State} {first.State}");
            Assert.Equal(value, second.Value);

            // What comes from another process is a state.
            Metric received = Of(make, predictions, targets, ..cut);
            received.MergeState(second.State.Clone());
            Assert.Equal(first.Value, received.Value);
        }
    }

    [Fact]
    public void Every_metric_of_the_library_is_merged_here()
    {
        string[] makers =
        [
            .. typeof(Metric).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance)
                .Where(static method => method.ReturnType == typeof(Metric)).Select(static method => method.Name).Distinct(),
        ];
        Assert.True(makers.Length >= 12, string.Join(", ", makers));
        Assert.Equal(makers.Order(StringComparer.Ordinal), s_all.Select(static row => row.Maker).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_metric_that_counts_otherwise_is_refused_and_nothing_changes()
    {
        Metric[] kinds =
        [
            Metric.Accuracy(), Metric.Accuracy(ignoreIndex: 1), Metric.TopKAccuracy(2), Metric.BinaryAccuracy(), Metric.BinaryAccuracy(0),
            Metric.Recall(Classes), Metric.Recall(2), Metric.RocAuc(), Metric.RocAuc(Classes), Metric.LogLoss(), Metric.LogLoss(true),
            Metric.BleuScore(), Metric.BleuScore(2), Metric.Coverage(), Metric.Coverage(0.75), Metric.CoverageError(),
            Metric.MeanAbsoluteError(), Metric.MeanAbsoluteError().Of(static x => x.Exp()),
            new Worst("worst"), new Least("least"),
        ];
        foreach (Metric one in kinds)
        {
            foreach (Metric other in kinds)
            {
                Assert.Contains(one.Name, Assert.Throws<ArgumentException>(() => one.Merge(other)).Message, StringComparison.Ordinal);
                Assert.True(double.IsNaN(one.Value));
            }
        }

        Assert.All(kinds[..^2], static metric => Assert.Throws<ShapeException>(() => metric.MergeState(Tensor.Zeros(7, 7))));
        Assert.Throws<ArgumentOutOfRangeException>(() => kinds[6].MergeState(Tensor.From(new long[,] { { 1, 2 }, { 3, -1 } })));
        Assert.True(double.IsNaN(kinds[6].Value));
    }

    [Fact]
    public void A_metric_of_the_users_own_says_how_it_is_merged_or_is_refused()
    {
        Worst one = new("worst") { State = Tensor.FromScalar(2.0) }, other = new("worst") { State = Tensor.FromScalar(3.0) };
        one.Merge(other);
        Assert.Equal(3, one.Value);
        Assert.Contains(nameof(Metric.MergeState), Assert.Throws<NotSupportedException>(
            () => new Least("least").Merge(new Least("least"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Confusion_matrices_of_the_parts_merged_are_that_of_the_whole()
    {
        ConfusionMatrix whole = Matrix(..), first = Matrix(..15);
        first.Merge(Matrix(15..));
        Assert.Equal(whole.ToArray(), first.ToArray());
        Assert.Equal((whole.Total, whole.Right), (first.Total, first.Right));
        Assert.Throws<ArgumentException>(() => first.Merge(first));
        Assert.Contains("2 classes", Assert.Throws<ArgumentException>(() => first.Merge(new ConfusionMatrix(2))).Message,
            StringComparison.Ordinal);
        Assert.Equal(whole.ToArray(), first.ToArray());

        static ConfusionMatrix Matrix(Range part)
        {
            ConfusionMatrix matrix = new(Classes);
            matrix.Add(s_scores[part], s_labels[part]);
            return matrix;
        }
    }

    [Fact]
    public void Tallies_of_processes_merged_are_that_of_all_their_batches()
    {
        Tally whole = new(), first = new(), second = new();
        BatchResult[] batches = [Batch(3, 4, false), Batch(0, 2, false), Batch(5, 7, true), Batch(2, 1, false)];
        for (int b = 0; b < batches.Length; b++)
        {
            whole.Add(batches[b], training: b < 3);
            (b % 2 == 0 ? first : second).Add(batches[b], training: b < 3);
        }

        first.Wait(TimeSpan.FromSeconds(1));
        second.Wait(TimeSpan.FromSeconds(2));
        first.State = [.. first.State[..5], 9];
        second.State = [.. second.State[..5], 8];
        first.Merge(second);
        Assert.Equal(whole.MeanLoss, first.MeanLoss, 1e-12);
        Assert.Equal(whole.State[..4], first.State[..4]);
        Assert.Equal((2.0, 9.0), (first.Waiting.TotalSeconds, first.Elapsed.TotalSeconds));

        static BatchResult Batch(double counted, int samples, bool isSum) =>
            new(new BatchOutput(Tensor.FromScalar(0f), Samples: samples), 1.5 * samples, counted, isSum, null);
    }

    private static Metric Of(Func<Metric> make, Tensor predictions, Tensor targets, Range part)
    {
        Metric metric = make();
        if (part.GetOffsetAndLength(Samples).Length > 0)
        {
            metric.Update(predictions[part], targets[part]);
        }

        return metric;
    }

    private static Standardizer Scaler()
    {
        Standardizer scaler = new();
        scaler.Fit(Tensor.From(new double[,] { { 1, 5 }, { 3, 9 }, { 8, 4 } }));
        return scaler;
    }

    private class Least(string name) : Metric(name)
    {
        public override double Value => Number;

        public override Tensor State { get => Tensor.FromScalar(Number); set => Number = value.Item<double>(); }

        protected double Number { get; set; } = double.NaN;

        public override void Update(Tensor predictions, Tensor targets) => throw new NotSupportedException();

        public override void Reset() => Number = double.NaN;
    }

    private sealed class Worst(string name) : Least(name)
    {
        public override void MergeState(Tensor state) => Number = Math.Max(Number, state.Item<double>());
    }
}
