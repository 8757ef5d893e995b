using DeepLearning.Losses;

namespace DeepLearning.Tests.Golden;

internal static class MoreLossBindings
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>?> s_distances = new()
    {
        ["none"] = null,
        ["l1"] = static (a, b) => (a - b).Abs().Sum(1),
        ["cosine"] = static (a, b) =>
            1.0 - ((a * b).Sum(1) / (a.Norm(2, [1]).Clamp(min: 1e-8) * b.Norm(2, [1]).Clamp(min: 1e-8))),
    };

    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["poisson_nll_loss"] = c =>
            [Loss.PoissonNLL(c[0], c[1], c.Bool("log_input"), c.Bool("full"), c.Double("eps"), Reduction(c))],
        ["gaussian_nll_loss"] = c => [Loss.GaussianNLL(c[0], c[1], c[2], c.Bool("full"), c.Double("eps"), Reduction(c))],
        ["hinge_embedding_loss"] = c => [Loss.HingeEmbedding(c[0], c[1], c.Double("margin"), Reduction(c))],
        ["soft_margin_loss"] = c => [Loss.SoftMargin(c[0], c[1], Reduction(c))],
        ["margin_ranking_loss"] = c => [Loss.MarginRanking(c[0], c[1], c[2], c.Double("margin"), Reduction(c))],
        ["triplet_margin_loss"] = c => [Loss.TripletMargin(
            c[0], c[1], c[2], c.Double("margin"), c.Double("order"), c.Double("eps"), c.Bool("swap"), Reduction(c))],
        ["triplet_margin_with_distance_loss"] = c => [Loss.TripletMarginWithDistance(
            c[0], c[1], c[2], s_distances[c.Text("distance")], c.Double("margin"), c.Bool("swap"), Reduction(c))],
        ["cosine_embedding_loss"] = c => [Loss.CosineEmbedding(c[0], c[1], c[2], c.Double("margin"), Reduction(c))],
        ["multi_margin_loss"] = c => [Loss.MultiMargin(
            c[0], c[1], c.Int("p"), c.Double("margin"), c.All.Length > 2 ? c[2] : null, Reduction(c))],
        ["multilabel_margin_loss"] = c => [Loss.MultiLabelMargin(c[0], c[1], Reduction(c))],
        ["multilabel_soft_margin_loss"] = c =>
            [Loss.MultiLabelSoftMargin(c[0], c[1], c.All.Length > 2 ? c[2] : null, Reduction(c))],
        ["ctc_loss"] = c => [Loss.CTC(c[0], c[1], c[2], c[3], c.Int("blank"), c.Bool("zero_infinity"), Reduction(c))],
        ["kl_div"] = c => [Loss.KLDiv(c[0], c[1], c.Bool("log_target"), Reduction(c))],
        ["smooth_l1_loss"] = c => [Loss.SmoothL1(c[0], c[1], c.Double("beta"), Reduction(c))],
        ["mse_loss_weight"] = c => [Loss.MSE(c[0], c[1], Reduction(c), c[2])],
        ["l1_loss_weight"] = c => [Loss.L1(c[0], c[1], Reduction(c), c[2])],
        ["huber_loss_weight"] = c => [Loss.Huber(c[0], c[1], c.Double("delta"), Reduction(c), c[2])],
        ["nll_loss2d"] = c => [Loss.NLL(c[0], c[1], ignoreIndex: c.Int("ignore_index"), reduction: Reduction(c))],
        ["bce_with_logits_both"] = c => [Loss.BCEWithLogits(c[0], c[1], c[2], c[3], Reduction(c))],
        ["log_cosh"] = c => [Loss.LogCosh(c[0], c[1], Reduction(c))],
        ["msle"] = c => [Loss.MSLE(c[0], c[1], Reduction(c))],
        ["mape"] = c => [Loss.MAPE(c[0], c[1], c.Double("eps"), Reduction(c))],
        ["squared_hinge"] = c => [Loss.SquaredHinge(c[0], c[1], Reduction(c))],
        ["categorical_hinge"] = c => [Loss.CategoricalHinge(c[0], c[1], Reduction(c))],
        ["contrastive"] = c => [Loss.Contrastive(c[0], c[1], c[2], c.Double("margin"), Reduction(c))],
        ["sigmoid_focal"] = c => [Loss.SigmoidFocal(
            c[0], c[1], c.Has("alpha") ? c.Double("alpha") : null, c.Double("gamma"), Reduction(c))],
        ["focal"] = c => [Loss.Focal(
            c[0], c[1], c.All.Length > 2 ? c[2] : null, c.Double("gamma"), reduction: Reduction(c))],
        ["dice"] = c => [Loss.Dice(c[0], c[1], c.Double("smooth"), c.Bool("squared"), Reduction(c))],
        ["tversky"] = c =>
            [Loss.Tversky(c[0], c[1], c.Double("alpha"), c.Double("beta"), c.Double("smooth"), Reduction(c))],
        ["info_nce"] = c =>
            [Loss.InfoNCE(c[0], c[1], c.All.Length > 2 ? c[2] : null, c.Double("temperature"), Reduction(c))],
        ["distillation"] = c => [Loss.Distillation(
            c[0], c[1], c.All.Length > 2 ? c[2] : null, c.Double("temperature"), c.Double("alpha", 0.5), Reduction(c))],
        ["negative_sampling"] = c => [Loss.NegativeSampling(c[0], c[1], Reduction(c))],
        ["noise_contrastive"] = c => [Loss.NoiseContrastive(c[0], c[1], c[2], c[3], Reduction(c))],
        ["total_variation"] = c => [Loss.TotalVariation(c[0], Reduction(c))],
        ["masked"] = c => [Loss.Masked(
            c[0], c[1].MaskedFill(c[2].LogicalNot(), double.NaN), null, null, c.All.Length > 3 ? c[3] : null, Reduction(c))],
        ["AdaptiveLogSoftmaxWithLoss"] = Adaptive,
        ["hierarchical_softmax"] = Hierarchical,
    };

    private static LossReduction Reduction(GoldenCall c) => Enum.Parse<LossReduction>(c.Text("reduction"), true);

    private static Tensor[] Adaptive(GoldenCall c)
    {
        AdaptiveLogSoftmaxWithLoss layer = new(
            c.Int("in_features"), c.Int("n_classes"), c.Ints("cutoffs"), c.Double("div_value"), c.Bool("head_bias"), DType.Float64);
        c.Load(layer);
        (Tensor output, Tensor loss) = layer.Forward(c[0], c[1]);
        return [output, loss, layer.LogProbabilities(c[0]), layer.Predict(c[0])];
    }

    private static Tensor[] Hierarchical(GoldenCall c)
    {
        HierarchicalSoftmax layer = new(3, 4, [5, 2, 1, 1], reduction: Reduction(c), dtype: DType.Float64);
        c.Load(layer);
        return [layer.Forward(c[0], c[1])];
    }
}
