using System.Reflection;
using DeepLearning.Losses;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Losses;

/// <summary>Losses of 16-bit tensors whose terms, or whose sum, are outside the type while the result is not.</summary>
public class NarrowLossTests
{
    private const int Count = 3000;

    private static readonly Tensor s_classes = Tensor.Arange(0, Count / 3).Remainder(3).To(DType.Int64);
    private static readonly Tensor s_weight = Tensor.From([896.0, 1024, 1152]);

    private static readonly Dictionary<string, Func<Tensor, LossReduction, Tensor>> s_losses = new()
    {
        ["MSE"] = static (x, r) => Loss.MSE(x, Target(x, 0), r),
        ["L1"] = static (x, r) => Loss.L1(x, Target(x, 0), r),
        ["Huber"] = static (x, r) => Loss.Huber(x, Target(x, 0), 50, r),
        ["SmoothL1"] = static (x, r) => Loss.SmoothL1(x, Target(x, 0), 0.5, r),
        ["BCE"] = static (x, r) => Loss.BCE(x.Sigmoid() * 0.5, Target(x, 0.25), null, r),
        ["BCE:weight"] = static (x, r) => Loss.BCE(x.Sigmoid() * 0.5, Target(x, 0.25), s_weight.To(x.DType), r),
        ["BCEWithLogits"] = static (x, r) => Loss.BCEWithLogits(x, Target(x, 0.25), null, null, r),
        ["BCEWithLogits:weights"] = static (x, r) =>
            Loss.BCEWithLogits(x, Target(x, 0.25), s_weight.To(x.DType), Tensor.From([2.0, 3, 4]).To(x.DType), r),
        ["KLDiv"] = static (x, r) => Loss.KLDiv(-x, Target(x, 0.75), false, r),
        ["KLDiv:logarithms"] = static (x, r) => Loss.KLDiv(-x, Target(x, 1.5), true, r),
        ["NLL"] = static (x, r) => Loss.NLL(-x, s_classes, s_weight.To(x.DType), reduction: r),
        ["CrossEntropy"] = static (x, r) => Loss.CrossEntropy(x, s_classes, s_weight.To(x.DType), reduction: r),
        ["PoissonNLL"] = static (x, r) => Loss.PoissonNLL(x, Target(x, 2), logInput: false, full: true, reduction: r),
        ["GaussianNLL"] = static (x, r) => Loss.GaussianNLL(x, Target(x, 0), Target(x, 100), full: true, reduction: r),
        ["HingeEmbedding"] = static (x, r) => Loss.HingeEmbedding(x, Target(x, -1), 250, r),
        ["SoftMargin"] = static (x, r) => Loss.SoftMargin(x, Target(x, -1), r),
        ["MarginRanking"] = static (x, r) => Loss.MarginRanking(x, Target(x, 0.5), Target(x, -1), 1, r),
        ["TripletMargin"] = static (x, r) => Loss.TripletMargin(x, Target(x, 0), Target(x, 50), reduction: r),
        ["TripletMargin:sum"] = static (x, r) => Loss.TripletMargin(x, Target(x, 0), Target(x, 50), p: 1, swap: true, reduction: r),
        ["TripletMarginWithDistance"] = static (x, r) =>
            Loss.TripletMarginWithDistance(x, Target(x, 0), Target(x, 50), static (a, b) => (a - b).Abs().Sum(-1), reduction: r),
        ["CosineEmbedding"] = static (x, r) => Loss.CosineEmbedding(x, Rows(x, 1, -0.5, 0.25), Target(x[.., 0], -1), 0, r),
        ["MultiMargin"] = static (x, r) => Loss.MultiMargin(x, s_classes, 2, 100, s_weight.To(x.DType), r),
        ["MultiLabelMargin"] = static (x, r) => Loss.MultiLabelMargin(x, Rows(x, 1, 2, -1).To(DType.Int64), r),
        ["MultiLabelSoftMargin"] = static (x, r) => Loss.MultiLabelSoftMargin(x, Target(x, 0.25), s_weight.To(x.DType), r),
        ["CTC"] = static (x, r) => Loss.CTC(
            x.Reshape(10, 100, 3), Tensor.Ones([100, 4], DType.Int64), [.. Enumerable.Repeat(10, 100)], [.. Enumerable.Repeat(4, 100)],
            reduction: r),
        ["LogCosh"] = static (x, r) => Loss.LogCosh(x, Target(x, 0), r),
        ["MSLE"] = static (x, r) => Loss.MSLE(x, Target(x, 0), r),
        ["MAPE"] = static (x, r) => Loss.MAPE(x, Target(x, 0.25), reduction: r),
        ["SquaredHinge"] = static (x, r) => Loss.SquaredHinge(x, Target(x, -1), r),
        ["CategoricalHinge"] = static (x, r) => Loss.CategoricalHinge(x, s_classes, r),
        ["Contrastive"] = static (x, r) => Loss.Contrastive(x, Target(x, 0), Target(x[.., 0], 0.75), 400, r),
        ["SigmoidFocal"] = static (x, r) => Loss.SigmoidFocal(x, Target(x, 0), reduction: r),
        ["Focal"] = static (x, r) => Loss.Focal(x, s_classes, s_weight.To(x.DType), 0.5, reduction: r),
        ["Dice"] = static (x, r) => Loss.Dice(x, Target(x, 0.25), squared: true, reduction: r),
        ["Tversky"] = static (x, r) => Loss.Tversky(x, Target(x, 0.25), reduction: r),
        ["InfoNCE"] = static (x, r) =>
            Loss.InfoNCE(x, Rows(x, 1, -0.5, 0.25), Rows(x, 0.5, -1, 0.75)[..3], 0.25, r),
        ["Distillation"] = static (x, r) => Loss.Distillation(x, Rows(x, 1, -0.5, 0.25), s_classes, reduction: r),
        ["NegativeSampling"] = static (x, r) => Loss.NegativeSampling(-x, x.Unsqueeze(2), r),
        ["NoiseContrastive"] = static (x, r) =>
            Loss.NoiseContrastive(-x, x.Unsqueeze(2), Target(x, -2), Target(x, -4).Unsqueeze(2), r),
        ["TotalVariation"] = static (x, r) => Loss.TotalVariation(x.Reshape(10, 4, 15, 5), r),
        ["Masked"] = static (x, r) => Loss.Masked(x, Target(x, 0), taskWeights: s_weight.To(x.DType), reduction: r),
        ["CrossEntropy:probabilities"] = static (x, r) => Loss.CrossEntropy(x, Target(x, 0.25), s_weight.To(x.DType), reduction: r),
    };

    public static TheoryData<string, DType> Cases()
    {
        TheoryData<string, DType> cases = [];
        foreach (string name in s_losses.Keys)
        {
            cases.Add(name, DType.Float16);
            cases.Add(name, DType.BFloat16);
        }

        return cases;
    }

    [Fact]
    public void Every_loss_is_tried()
    {
        IEnumerable<string> all = typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(static m => m.Name).Where(static n => n != nameof(Loss.WithCount)).Distinct();
        Assert.Equal(all.Order(), s_losses.Keys.Select(static n => n.Split(':')[0]).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_loss_and_its_gradient_are_those_of_float64_rounded_once(string name, DType dtype)
    {
        foreach (LossReduction reduction in new[] { LossReduction.Mean, LossReduction.Sum, LossReduction.None })
        {
            double[] numbers = [.. Enumerable.Range(0, Count).Select(static i => 100 + ((i % 8) * 0.5))];
            Tensor x = Tensor.From(numbers, Count / 3, 3).To(dtype).Detach(), wide = x.To(DType.Float64);
            x.RequiresGrad = wide.RequiresGrad = true;
            Tensor loss = s_losses[name](x, reduction), right = s_losses[name](wide, reduction);
            Assert.Equal(dtype, loss.DType);
            Assert.Null(Precision.Difference(loss, right, name.StartsWith("BCE", StringComparison.Ordinal) ? 4 : 1.02, dtype));
            loss.Backward(Tensor.Ones(loss.Shape, dtype));
            right.Backward(Tensor.Ones(right.Shape, DType.Float64));
            Assert.Null(Precision.Difference(x.Grad!, wide.Grad!, name.StartsWith("BCE:", StringComparison.Ordinal) ? 4 : 1.02, dtype));
        }
    }

    [Fact]
    public void The_mean_squared_error_of_a_thousand_tens_is_100()
    {
        Tensor tens = Tensor.Full([1000], 10, DType.Float16);
        Assert.Equal(100, Loss.MSE(tens, Tensor.ZerosLike(tens)).Item<float>());
    }

    private static Tensor Rows(Tensor x, params double[] row) => Tensor.From(row).Expand(x.Shape).To(x.DType);

    private static Tensor Target(Tensor x, double value) => Tensor.Full(x.Shape, value, x.DType);
}
