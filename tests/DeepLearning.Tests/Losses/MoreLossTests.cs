using DeepLearning.Losses;

namespace DeepLearning.Tests.Losses;

/// <summary>What the losses beside the usual ones refuse, and what golden values do not show of them.</summary>
[Trait("Rerun", "Culture")]
public class MoreLossTests
{
    private static readonly Tensor s_two = Tensor.Zeros(2, 3), s_signs = Tensor.From([1f, -1]);

    /// <summary>Calls that cannot be meant, with words of the message that says so.</summary>
    private static readonly Dictionary<string, (Type Kind, string Words, Action Call)> s_wrong = new()
    {
        ["Gaussian variance"] = (typeof(ShapeException), "[4]", () => Loss.GaussianNLL(s_two, s_two, Tensor.Ones(4))),
        ["Gaussian negative"] = (typeof(ArgumentOutOfRangeException), "negative", () => Loss.GaussianNLL(s_two, s_two, s_two - 1)),
        ["Gaussian target"] = (typeof(ShapeException), "[2, 1]", () => Loss.GaussianNLL(s_two, Tensor.Zeros(2, 1), s_two)),
        ["hinge labels"] = (typeof(ArgumentOutOfRangeException), "2 * target - 1", () => Loss.HingeEmbedding(s_two, s_two)),
        ["squared hinge labels"] = (typeof(ArgumentOutOfRangeException), "1 nor -1", () => Loss.SquaredHinge(s_two, s_two)),
        ["ranking"] = (typeof(ShapeException), "[2]", () => Loss.MarginRanking(s_two, s_two, s_signs)),
        ["triplet shapes"] = (typeof(ShapeException), "negative [3]", () => Loss.TripletMargin(s_two, s_two, Tensor.Zeros(3))),
        ["triplet margin"] = (typeof(ArgumentOutOfRangeException), "margin", () => Loss.TripletMargin(s_two, s_two, s_two, 0)),
        ["triplet numbers"] = (typeof(ShapeException), "[D]", () => Loss.TripletMargin(Tensor.Zeros(), Tensor.Zeros(), Tensor.Zeros())),
        ["cosine target"] = (typeof(ShapeException), "[3]", () => Loss.CosineEmbedding(s_two, s_two, Tensor.Ones(3))),
        ["cosine labels"] = (typeof(ArgumentOutOfRangeException), "1 nor -1", () => Loss.CosineEmbedding(s_two, s_two, Tensor.Zeros(2))),
        ["multi-margin class"] = (typeof(IndexException), "target 3 of row 1", () => Loss.MultiMargin(s_two, Tensor.From([0L, 3]))),
        ["multi-margin power"] = (typeof(ArgumentOutOfRangeException), "1 or 2", () => Loss.MultiMargin(s_two, Tensor.From([0L, 1]), 3)),
        ["multi-margin images"] = (typeof(ShapeException), "[N, C]", () =>
            Loss.MultiMargin(Tensor.Zeros(2, 3, 4), Tensor.Zeros([2, 4], DType.Int64))),
        ["multi-margin reals"] = (typeof(DTypeException), "integer", () => Loss.MultiMargin(s_two, Tensor.Zeros(2))),
        ["labels"] = (typeof(IndexException), "target 3 of row 0", () =>
            Loss.MultiLabelMargin(s_two, Tensor.From(new long[,] { { 0, 3, -1 }, { 0, -1, 9 } }))),
        ["soft labels"] = (typeof(ShapeException), "weight", () =>
            Loss.MultiLabelSoftMargin(Tensor.Zeros(3), Tensor.Zeros(3), Tensor.Ones(2, 3))),
        ["MSLE"] = (typeof(ArgumentOutOfRangeException), "prediction", () => Loss.MSLE(s_two - 1, s_two)),
        ["contrastive"] = (typeof(ArgumentOutOfRangeException), "from 0 to 1", () => Loss.Contrastive(s_two, s_two, s_signs)),
        ["focal class"] = (typeof(IndexException), "target -1", () => Loss.Focal(s_two, Tensor.From([0L, -1]))),
        ["focal weight"] = (typeof(ArgumentOutOfRangeException), "positive class", () => Loss.SigmoidFocal(s_two, s_two, 1.5)),
        ["dice"] = (typeof(ShapeException), "[2]", () => Loss.Dice(s_two, s_signs)),
        ["InfoNCE"] = (typeof(ShapeException), "[4, 2]", () => Loss.InfoNCE(s_two, s_two, Tensor.Zeros(4, 2))),
        ["distillation"] = (typeof(IndexException), "target -100", () => Loss.Distillation(s_two, s_two, Tensor.From([0L, -100]))),
        ["negatives"] = (typeof(ShapeException), "one more axis", () => Loss.NegativeSampling(s_two, s_two)),
        ["images"] = (typeof(ShapeException), "[3]", () => Loss.TotalVariation(Tensor.Zeros(3))),
        ["mask"] = (typeof(ShapeException), "bool", () => Loss.Masked(s_two, s_two, mask: s_two)),
        ["masked loss"] = (typeof(ShapeException), "unreduced", () => Loss.Masked(s_two, s_two, static (x, y) => Loss.MSE(x, y))),
        ["weights of elements"] = (typeof(ShapeException), "weight [3]", () => Loss.MSE(s_two, s_two, weight: Tensor.Ones(3))),
        ["batch mean"] = (typeof(ArgumentOutOfRangeException), "BatchMean", () => Loss.MSE(s_two, s_two, LossReduction.BatchMean)),
        ["batch mean of classes"] = (typeof(ArgumentOutOfRangeException), "BatchMean", () =>
            Loss.CrossEntropy(s_two, Tensor.From([0L, 1]), reduction: LossReduction.BatchMean)),
        ["batch mean of a number"] = (typeof(ShapeException), "first axis", () =>
            Loss.KLDiv(Tensor.Zeros(), Tensor.Zeros(), reduction: LossReduction.BatchMean)),
        ["cutoffs"] = (typeof(ArgumentException), "cutoffs [3, 2]", () => _ = new AdaptiveLogSoftmaxWithLoss(4, 9, [3, 2])),
        ["no cutoffs"] = (typeof(ArgumentException), "cutoffs []", () => _ = new AdaptiveLogSoftmaxWithLoss(4, 9, [])),
        ["adaptive class"] = (typeof(IndexException), "target 9", () =>
            new AdaptiveLogSoftmaxWithLoss(3, 9, [2]).Forward(s_two, Tensor.From([0L, 9]))),
        ["adaptive shape"] = (typeof(ShapeException), "[N, 4]", () =>
            new AdaptiveLogSoftmaxWithLoss(4, 9, [2]).Forward(s_two, Tensor.From([0L, 1]))),
        ["tree"] = (typeof(ArgumentException), "frequencies", () => _ = new HierarchicalSoftmax(3, 4, [1, 2])),
        ["tree class"] = (typeof(IndexException), "target 4", () => new HierarchicalSoftmax(3, 4).Forward(s_two, Tensor.From([0L, 4]))),
        ["CTC rank"] = (typeof(ShapeException), "[T, N, C]", () => Loss.CTC(Tensor.Zeros(4), Tensor.From([1L]), [4], [1])),
        ["CTC blank"] = (typeof(ArgumentOutOfRangeException), "0 to 2", () => Loss.CTC(Tensor.Zeros(4, 3), Tensor.From([1L]), [4], [1], 3)),
        ["CTC long input"] = (typeof(ArgumentOutOfRangeException), "input length 5 of sequence 1", () => Ctc([4, 5], [1, 1])),
        ["CTC negative"] = (typeof(ArgumentOutOfRangeException), "target length -1", () => Ctc([4, 4], [1, -1])),
        ["CTC long target"] = (typeof(ArgumentOutOfRangeException), "room for 2", () => Ctc([4, 4], [1, 3])),
        ["CTC lengths"] = (typeof(ShapeException), "1 input lengths for 2", () => Ctc([4], [1, 1])),
        ["CTC sum"] = (typeof(ShapeException), "sum up to, 2", () =>
            Loss.CTC(Tensor.Zeros(4, 2, 3), Tensor.From([1L, 2, 1]), [4, 4], [1, 1])),
        ["CTC class"] = (typeof(IndexException), "not a class", () => Loss.CTC(Tensor.Zeros(4, 3), Tensor.From([3L]), [4], [1])),
        ["CTC blank label"] = (typeof(IndexException), "the blank", () => Loss.CTC(Tensor.Zeros(4, 3), Tensor.From([0L]), [4], [1])),
        ["CTC reals"] = (typeof(DTypeException), "integer", () => Loss.CTC(Tensor.Zeros(4, 3), Tensor.From([1f]), [4], [1])),
        ["CTC nothing"] = (typeof(ShapeException), "no sequences", () =>
            Loss.CTC(Tensor.Zeros(4, 0, 3), Tensor.Zeros([0, 2], DType.Int64), [], [])),
    };

    public static TheoryData<string> Wrong => [.. s_wrong.Keys];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_meant_is_named(string name)
    {
        (Type kind, string words, Action call) = s_wrong[name];
        Exception error = Assert.Throws(kind, call);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctc_of_probabilities_is_the_sum_over_all_paths()
    {
        // Two steps, one label: the paths are label–label, label–blank and blank–label.
        Tensor x = Tensor.From(new double[,] { { 0.6, 0.3, 0.1 }, { 0.5, 0.2, 0.3 } }).Log();
        double expected = -Math.Log((0.3 * 0.2) + (0.3 * 0.5) + (0.6 * 0.2));
        Assert.Equal(expected, Loss.CTC(x, Tensor.From([1L]), [2], [1]).Item<double>(), 1e-14);
        Assert.Equal(-Math.Log(0.6 * 0.5), Loss.CTC(x, Tensor.Zeros([0], DType.Int64), [2], [0]).Item<double>(), 1e-14);
        Tensor one = new CTCLoss().Forward(x, Tensor.From([1L]), Tensor.FromScalar(2), Tensor.FromScalar(1));
        Assert.Equal(expected, one.Item<double>(), 1e-14);
    }

    [Fact]
    public void Ctc_of_logits_that_are_not_normalized_is_that_of_their_softmax()
    {
        Tensor x = Tensor.Randn([5, 2, 4], DType.Float64), labels = Tensor.From(new long[,] { { 1, 2 }, { 3, 3 } });
        Assert.Equal(
            Loss.CTC(x.LogSoftmax(2), labels, [5, 5], [2, 2]).Item<double>(),
            Loss.CTC(x + 7, labels, [5, 5], [2, 2]).Item<double>(), 1e-12);
    }

    [Fact]
    public void Labels_that_do_not_fit_cost_infinity_or_nothing_and_have_no_gradient()
    {
        Tensor labels = Tensor.From(new long[,] { { 1, 1 }, { 1, 2 } });
        foreach (bool zeroInfinity in new[] { false, true })
        {
            Tensor x = Tensor.Randn([2, 2, 3], DType.Float64);
            x.RequiresGrad = true;
            Tensor losses = Loss.CTC(x, labels, [2, 2], [2, 2], 0, zeroInfinity, LossReduction.None);
            Assert.Equal(zeroInfinity ? 0 : double.PositiveInfinity, losses[0].Item<double>());
            losses.Sum().Backward();
            Assert.All(x.Grad!.Select(1, 0).ToArray<double>(), static g => Assert.Equal(0, g));
            Assert.Contains(x.Grad!.Select(1, 1).ToArray<double>(), static g => g != 0);
        }
    }

    [Fact]
    public void Missing_targets_do_not_count_whatever_stands_there()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }), y = Tensor.From(new double[,]
        {
            { 0, double.NaN }, { double.NaN, double.NaN }, { 5, 3 },
        });
        x.RequiresGrad = true;
        Tensor loss = new MaskedLoss().Forward(x, y);
        loss.Backward();
        Assert.Equal(10.0 / 3, loss.Item<double>(), 1e-14);
        Assert.Equal([2.0 / 3, 0, 0, 0, 0, 2], x.Grad!.ToArray<double>(), Close);
        Assert.Equal([1, 0, 0, 0, 0, 9], Loss.Masked(x, y, reduction: LossReduction.None).ToArray<double>());
        Assert.Equal(10.0 / 3, Loss.Masked(x, y.NanToNum(1e300), mask: y.IsNaN().LogicalNot()).Item<double>(), 1e-14);

        Tensor nothing = Loss.Masked(x, Tensor.Full([3, 2], double.NaN, DType.Float64));
        Assert.True(double.IsNaN(nothing.Item<double>()));
        Assert.All(DeepLearning.Autograd.Grad(nothing, x).ToArray<double>(), static g => Assert.Equal(0, g));
    }

    [Fact]
    public void Losses_of_several_tensors_say_what_they_counted()
    {
        using LossCounts counts = LossCounts.Collect();
        Tensor x = Tensor.Randn(4, 3), y = Tensor.Rand(4, 3), signs = Tensor.From([1f, -1, 1, -1]), labels = Tensor.From([0L, 2, -100, 1]);
        Tensor weight = Tensor.From([0.5f, 2, 4]), missing = y.MaskedFill(y.Greater(0.5), double.NaN);
        long there = missing.IsNaN().LogicalNot().Sum().Item<long>();
        foreach (LossReduction r in (LossReduction[])[LossReduction.Mean, LossReduction.Sum])
        {
            Assert.Equal((12, r), counts.Of(Loss.PoissonNLL(x, y, reduction: r)));
            Assert.Equal((12, r), counts.Of(Loss.GaussianNLL(x, y, y, reduction: r)));
            Assert.Equal((4, r), counts.Of(Loss.TripletMargin(x, y, x, reduction: r)));
            Assert.Equal((4, r), counts.Of(Loss.CosineEmbedding(x, y, signs, reduction: r)));
            Assert.Equal((4, r), counts.Of(Loss.MultiMargin(x, labels.Clamp(min: 0), reduction: r)));
            Assert.Equal((4, r), counts.Of(Loss.MultiLabelSoftMargin(x, y, reduction: r)));
            Assert.Equal((2, r), counts.Of(Loss.CTC(
                Tensor.Randn(5, 2, 3), Tensor.From(new long[,] { { 1, 2 }, { 2, 1 } }), [5, 5], [2, 1], reduction: r)));
            Assert.Equal((6.5, r), counts.Of(Loss.Focal(x, labels, weight, reduction: r)));
            Assert.Equal((there, r), counts.Of(Loss.Masked(x, missing, reduction: r)));
            Assert.Equal((12, r), counts.Of(Loss.Dice(x.Reshape(4, 3, 1), y.Reshape(4, 3, 1), reduction: r)));
            (double Counted, LossReduction Reduction)? weighted = counts.Of(Loss.MSE(x, y, r, y));
            Assert.Equal((y.To(DType.Float64).Sum().Item<double>(), r), (weighted!.Value.Counted, weighted.Value.Reduction), Near);
        }

        Assert.Equal((4, LossReduction.Mean), counts.Of(Loss.KLDiv(x, y, reduction: LossReduction.BatchMean)));
        Assert.Equal((4, LossReduction.Mean), counts.Of(
            new AdaptiveLogSoftmaxWithLoss(3, 9, [2]).Forward(x, labels.Clamp(min: 0)).Loss));
        Assert.Equal(-100, counts.IgnoredTarget);

        static bool Near((double, LossReduction) a, (double, LossReduction) b) => a.Item2 == b.Item2 && Math.Abs(a.Item1 - b.Item1) < 1e-5;
    }

    [Fact]
    public void A_focal_loss_without_focus_is_a_cross_entropy()
    {
        Tensor x = Tensor.Randn([6, 4, 2], DType.Float64), labels = Tensor.RandInt(0, 4, [6, 2]), weight = Tensor.From([0.5, 1, 2, 3]);
        labels[2] = Tensor.FromScalar(-100);
        Assert.Equal(Loss.CrossEntropy(x, labels, weight).Item<double>(), Loss.Focal(x, labels, weight, 0).Item<double>(), 1e-12);
        Tensor y = Tensor.Rand([5], DType.Float64), z = Tensor.Randn([5], DType.Float64);
        Assert.Equal(Loss.BCEWithLogits(z, y).Item<double>(), Loss.SigmoidFocal(z, y, null, 0).Item<double>(), 1e-12);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void Focal_gradients_are_finite_however_sure_a_logit_is(double gamma)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            Tensor x = Tensor.From([-2000.0, -100, 0, 100, 2000]).To(dtype), y = Tensor.From([0.0, 0, 1, 1, 1]).To(dtype);
            Tensor scores = Tensor.From(new double[,] { { 2000, 0 }, { 100, 0 }, { 0, 100 } }).To(dtype), labels = Tensor.From([0L, 0, 0]);
            x.RequiresGrad = scores.RequiresGrad = true;
            (Loss.SigmoidFocal(x, y, null, gamma) + Loss.Focal(scores, labels, null, gamma)).Backward();
            Assert.All(x.Grad!.ToArray<double>().Concat(scores.Grad!.ToArray<double>()), static g => Assert.True(double.IsFinite(g)));
            Assert.All(x.Grad!.ToArray<double>()[..2], static g => Assert.InRange(g, 0, 1e-50));
        }
    }

    [Fact]
    public void Probabilities_of_all_classes_of_a_tree_sum_up_to_one()
    {
        foreach (double[] frequencies in new[] { Array.Empty<double>(), [9, 1, 1, 5, 0, 3, 2] })
        {
            HierarchicalSoftmax layer = new(4, 7, frequencies, reduction: LossReduction.None, dtype: DType.Float64);
            Tensor x = Tensor.Randn([3, 4], DType.Float64), all = layer.LogProbabilities(x), labels = Tensor.From([6L, 0, 4]);
            Assert.All(all.Exp().Sum(1).ToArray<double>(), static sum => Assert.Equal(1, sum, 1e-12));
            Tensor own = -all.Gather(1, labels.Unsqueeze(1)).Squeeze(1);
            Assert.Equal(own.ToArray<double>(), layer.Forward(x, labels).ToArray<double>(), Close);
            Assert.Equal(["weight", "bias"], layer.StateDict().Keys);
        }

        Assert.Contains("depth 3", new HierarchicalSoftmax(2, 8).ToString(), StringComparison.Ordinal);
        Assert.Contains("depth 7", new HierarchicalSoftmax(2, 8, [1, 2, 4, 8, 16, 32, 64, 128]).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_adaptive_softmax_has_the_keys_of_PyTorch_and_takes_one_vector()
    {
        AdaptiveLogSoftmaxWithLoss layer = new(8, 10, [2, 5], headBias: true);
        Assert.Equal(
            ["head.weight", "head.bias", "tail.0.0.weight", "tail.0.1.weight", "tail.1.0.weight", "tail.1.1.weight"],
            layer.StateDict().Keys);
        Assert.Equal([0, 8], new AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5], 10).StateDict()["tail.1.0.weight"].Shape.ToArray());
        Tensor x = Tensor.Randn(8);
        (Tensor output, Tensor loss) = layer.Forward(x, Tensor.FromScalar(7));
        Assert.Equal(0, output.Rank);
        Assert.Equal(-output.Item<float>(), loss.Item<float>());
        Assert.Equal(layer.LogProbabilities(x)[7].Item<float>(), output.Item<float>(), 1e-5);
        Assert.All(layer.LogProbabilities(Tensor.Randn(5, 8)).Exp().Sum(1).ToArray<float>(), static sum => Assert.Equal(1, sum, 1e-5));
        Assert.Equal(layer.LogProbabilities(x).ArgMax().Item<long>(), layer.Predict(x).Item<long>());
    }

    [Fact]
    public void A_loss_with_weights_has_them_in_its_state_as_PyTorch_has()
    {
        Tensor weight = Tensor.Ones(3);
        Assert.Equal(["weight"], new MultiMarginLoss(weight: weight).StateDict().Keys);
        Assert.Equal(["weight"], new MultiLabelSoftMarginLoss(weight).StateDict().Keys);
        Assert.Empty(new TripletMarginLoss().StateDict());
    }

    private static void Ctc(int[] inputs, int[] targets) =>
        Loss.CTC(Tensor.Zeros(4, 2, 3), Tensor.From(new long[,] { { 1, 2 }, { 2, 1 } }), inputs, targets);

    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-12;
}
