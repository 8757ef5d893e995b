using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>The losses beside those of <see cref="LossRows"/>, and their modules.</summary>
internal static class MoreLossRows
{
    private static readonly Tensor s_classes = Tensor.From([2L, 0L, 1L, 1L]);
    private static readonly Tensor s_signs = Tensor.From([1.0, -1, -1, 1]);
    private static readonly Tensor s_hard = Tensor.From([1.0, 0, 0, 1]);
    private static readonly Tensor s_weight = Tensor.From([0.5, 2, 1]);
    private static readonly Tensor s_labels = Tensor.From(new long[,] { { 2, -1, 0 }, { 0, 1, -1 }, { -1, 0, 0 }, { 0, 1, 2 } });
    private static readonly Tensor s_table = Tensor.From(new double[,] { { 0, 1, 1 }, { 1, 0, 1 }, { 0, 0, 0 }, { 1, 1, 0 } });
    private static readonly Tensor s_words = Tensor.From(new long[,] { { 1, 1 }, { 3, 2 } });

    public static readonly SweepRow[] All =
    [
        Pair("Loss.PoissonNLL", Draw.Real, Draw.Positive, static (x, y) => Loss.PoissonNLL(x, y)),
        Pair("Loss.PoissonNLL:counts", Draw.Positive, Draw.AboveOne, static (x, y) => Loss.PoissonNLL(x, y, false, true, 0.5)),
        Of("Loss.GaussianNLL", static x => Loss.GaussianNLL(x[0], x[1], x[2], true), Real(2, 3), Real(2, 3), Positive(2, 3)),
        Of("Loss.GaussianNLL:rows", static x => Loss.GaussianNLL(x[0], x[1], x[2]), Real(2, 3), Real(2, 3), Positive(2)),
        Of("Loss.HingeEmbedding", static x => Loss.HingeEmbedding(x[0], s_signs.Here(), 1.25), Real(4)),
        Pair("Loss.SoftMargin", Draw.Real, Draw.Unit, static (x, y) => Loss.SoftMargin(x, y)),
        Of("Loss.MarginRanking", static x => Loss.MarginRanking(x[0], x[1], s_signs.Here(), 0.1), Real(4), Real(4)),
        Of("Loss.TripletMargin", static x => Loss.TripletMargin(x[0], x[1], x[2], 20, swap: true), Real(2, 3), Real(2, 3), Real(2, 3)),
        Of("Loss.TripletMargin:third", static x => Loss.TripletMargin(x[0], x[1], x[2], 20, 3), Real(2, 3), Real(2, 3), Real(2, 3)),
        Of("Loss.TripletMarginWithDistance", static x => Loss.TripletMarginWithDistance(x[0], x[1], x[2], Squared, 50),
            Real(2, 3), Real(2, 3), Real(2, 3)),
        Of("Loss.CosineEmbedding", static x => Loss.CosineEmbedding(x[0], x[1], s_signs.Here(), -1), Real(4, 3), Real(4, 3)),
        Of("Loss.MultiMargin", static x => Loss.MultiMargin(x[0], s_classes.Here(), 1, 0.8, s_weight.Here()), Real(4, 3)),
        Of("Loss.MultiMargin:squared", static x => Loss.MultiMargin(x[0], s_classes.Here(), 2, 0.8), Real(4, 3)),
        Of("Loss.MultiLabelMargin", static x => Loss.MultiLabelMargin(x[0], s_labels.Here()), Real(4, 3)),
        Of("Loss.MultiLabelSoftMargin", static x => Loss.MultiLabelSoftMargin(x[0], x[1], s_weight.Here()),
            Real(4, 3), new(Draw.Probability, 4, 3)),
        Of("Loss.CTC", static x => Loss.CTC(x[0], s_words.Here(), [6, 4], [2, 1]), Real(6, 2, 4)),
        Of("Loss.CTC:none", static x => Loss.CTC(x[0], s_words.Here(), [5, 2], [2, 2], 0, true, LossReduction.None), Real(5, 2, 4)),
        Pair("Loss.KLDiv:batch", Draw.Real, Draw.Probability, static (x, y) => Loss.KLDiv(x, y, reduction: LossReduction.BatchMean)),
        Of("Loss.MSE:weight", static x => Loss.MSE(x[0], x[1], weight: x[2]), Real(2, 3), Real(2, 3), Positive(2, 3)),
        Of("Loss.Huber:weight", static x => Loss.Huber(x[0], x[1], 0.8, weight: x[2]), Real(2, 3), Real(2, 3), Positive(2, 3)),
        Pair("Loss.LogCosh", Draw.Real, Draw.Real, static (x, y) => Loss.LogCosh(x, y)),
        Pair("Loss.MSLE", Draw.Positive, Draw.Positive, static (x, y) => Loss.MSLE(x, y)),
        Pair("Loss.MAPE", Draw.Real, Draw.Positive, static (x, y) => Loss.MAPE(x, y, 0.1)),
        Of("Loss.SquaredHinge", static x => Loss.SquaredHinge(x[0], s_signs.Here()), Real(4)),
        Of("Loss.CategoricalHinge", static x => Loss.CategoricalHinge(x[0], s_classes.Here()), Real(4, 3)),
        Of("Loss.CategoricalHinge:shares", static x => Loss.CategoricalHinge(x[0], x[1]), Real(4, 3), new(Draw.Probability, 4, 3)),
        Of("Loss.Contrastive", static x => Loss.Contrastive(x[0], x[1], s_hard.Here(), 9), Real(4, 3), Real(4, 3)),
        Pair("Loss.SigmoidFocal", Draw.Real, Draw.Probability, static (x, y) => Loss.SigmoidFocal(x, y)),
        Pair("Loss.SigmoidFocal:half", Draw.Real, Draw.Probability, static (x, y) => Loss.SigmoidFocal(x, y, null, 0.5)),
        Of("Loss.Focal", static x => Loss.Focal(x[0], s_classes.Here(), s_weight.Here()), Real(4, 3)),
        Of("Loss.Focal:half", static x => Loss.Focal(x[0], s_classes.Here(), null, 0.5, 1), Real(4, 3)),
        Pair("Loss.Dice", Draw.Probability, Draw.Probability, static (x, y) => Loss.Dice(x, y)),
        Pair("Loss.Dice:squared", Draw.Probability, Draw.Probability, static (x, y) => Loss.Dice(x, y, 0.5, true)),
        Pair("Loss.Tversky", Draw.Probability, Draw.Probability, static (x, y) => Loss.Tversky(x, y, 0.3, 0.7, 2)),
        Of("Loss.InfoNCE", static x => Loss.InfoNCE(x[0], x[1], temperature: 0.5), Real(3, 2), Real(3, 2)),
        Of("Loss.InfoNCE:negatives", static x => Loss.InfoNCE(x[0], x[1], x[2], 0.5), Real(3, 2), Real(3, 2), Real(3, 4, 2)),
        Of("Loss.Distillation", static x => Loss.Distillation(x[0], s_table.Here(), s_classes.Here()), Real(4, 3)),
        Of("Loss.NegativeSampling", static x => Loss.NegativeSampling(x[0], x[1]), Real(2), Real(2, 3)),
        Of("Loss.NoiseContrastive", static x => Loss.NoiseContrastive(x[0], x[1], x[2], x[3]), Real(2), Real(2, 3), Real(2), Real(2, 3)),
        Of("Loss.TotalVariation", static x => Loss.TotalVariation(x[0]), Real(2, 1, 3, 2)),
        Of("Loss.Masked", static x => Loss.Masked(x[0], x[1], null, s_table.Here().Greater(0), s_weight.Here()), Real(4, 3), Real(4, 3)),
        Of("Loss.Masked:none", static x => Loss.Masked(x[0], x[1], static (x, y) => Loss.Huber(x, y, 0.8, LossReduction.None),
            s_table.Here().Greater(0), reduction: LossReduction.None), Real(4, 3), Real(4, 3)),

        Two(new PoissonNLLLoss(), Draw.Real, Draw.Positive),
        Of("Layers.GaussianNLLLoss", static x => new GaussianNLLLoss(true).Forward(x[0], x[1], x[2]),
            Real(2, 3), Real(2, 3), Positive(2, 3)),
        Of("Layers.HingeEmbeddingLoss", static x => new HingeEmbeddingLoss().Forward(x[0], s_signs.Here()), Real(4)),
        Two(new SoftMarginLoss(), Draw.Real, Draw.Unit),
        Of("Layers.MarginRankingLoss", static x => new MarginRankingLoss(0.1).Forward(x[0], x[1], s_signs.Here()), Real(4), Real(4)),
        Of("Layers.TripletMarginLoss", static x => new TripletMarginLoss(20).Forward(x[0], x[1], x[2]), Real(2, 3), Real(2, 3), Real(2, 3)),
        Of("Layers.TripletMarginWithDistanceLoss", static x => new TripletMarginWithDistanceLoss(null, 20).Forward(x[0], x[1], x[2]),
            Real(2, 3), Real(2, 3), Real(2, 3)),
        Of("Layers.CosineEmbeddingLoss", static x => new CosineEmbeddingLoss(-1).Forward(x[0], x[1], s_signs.Here()),
            Real(4, 3), Real(4, 3)),
        Of("Layers.MultiMarginLoss", static x => new MultiMarginLoss(margin: 0.8).Forward(x[0], s_classes.Here()), Real(4, 3)),
        Of("Layers.MultiLabelMarginLoss", static x => new MultiLabelMarginLoss().Forward(x[0], s_labels.Here()), Real(4, 3)),
        Two(new MultiLabelSoftMarginLoss(), Draw.Real, Draw.Probability),
        Of("Layers.CTCLoss", static x => new CTCLoss().Forward(
            x[0], s_words.Here(), Tensor.From([6L, 4]).Here(), Tensor.From([2L, 1]).Here()), Real(6, 2, 4)),
        Two(new LogCoshLoss(), Draw.Real, Draw.Real),
        Two(new MSLELoss(), Draw.Positive, Draw.Positive),
        Two(new MAPELoss(), Draw.Real, Draw.Positive),
        Of("Layers.SquaredHingeLoss", static x => new SquaredHingeLoss().Forward(x[0], s_signs.Here()), Real(4)),
        Of("Layers.CategoricalHingeLoss", static x => new CategoricalHingeLoss().Forward(x[0], s_classes.Here()), Real(4, 3)),
        Of("Layers.ContrastiveLoss", static x => new ContrastiveLoss(9).Forward(x[0], x[1], s_hard.Here()), Real(4, 3), Real(4, 3)),
        Two(new SigmoidFocalLoss(), Draw.Real, Draw.Probability),
        Of("Layers.FocalLoss", static x => new FocalLoss().Forward(x[0], s_classes.Here()), Real(4, 3)),
        Two(new DiceLoss(), Draw.Probability, Draw.Probability),
        Two(new TverskyLoss(), Draw.Probability, Draw.Probability),
        Two(new InfoNCELoss(0.5), Draw.Real, Draw.Real),
        Of("Layers.DistillationLoss", static x => new DistillationLoss().Forward(x[0], s_table.Here(), s_classes.Here()), Real(4, 3)),
        Of("Layers.NegativeSamplingLoss", static x => new NegativeSamplingLoss().Forward(x[0], x[1]), Real(2), Real(2, 3)),
        Of("Layers.TotalVariationLoss", static x => new TotalVariationLoss().Forward(x[0]), Real(2, 1, 3, 2)),
        Two(new MaskedLoss(), Draw.Real, Draw.Real),
        Of("Layers.AdaptiveLogSoftmaxWithLoss", static x =>
        {
            AdaptiveLogSoftmaxWithLoss layer = new(4, 6, [2, 4], 2, true, DType.Float64, new Generator(3));
            (Tensor output, Tensor loss) = layer.To(x[0].DType).To(TestDevice.Current).Forward(x[0], Tensor.From([5L, 1, 2]).Here());
            return output.Square().Sum() + loss + layer.LogProbabilities(x[0]).Sum();
        }, Real(3, 4)) with { Roundings = 8 },
        Of("Layers.HierarchicalSoftmax", static x =>
        {
            HierarchicalSoftmax layer = new(4, 5, [3, 1, 1, 2, 9], dtype: DType.Float64, generator: new Generator(3));
            layer.To(x[0].DType).To(TestDevice.Current);
            return layer.Forward(x[0], Tensor.From([4L, 1, 2]).Here()) + layer.LogProbabilities(x[0]).Square().Sum();
        }, Real(3, 4)) with { Roundings = 8 },
    ];

    private static SweepInput Real(params int[] shape) => new(Draw.Real, shape);

    private static SweepInput Positive(params int[] shape) => new(Draw.Positive, shape);

    private static SweepRow Of(string name, Func<Tensor[], Tensor> loss, params SweepInput[] inputs) => new(name, loss, inputs);

    private static SweepRow Pair(string name, Draw first, Draw second, Func<Tensor, Tensor, Tensor> loss) =>
        new(name, x => loss(x[0], x[1]), new(first, 2, 3), new(second, 2, 3)) { MoreShapes = [[[1], [1]]] };

    private static SweepRow Two(Module<Tensor, Tensor, Tensor> module, Draw first, Draw second) =>
        new("Layers." + module.GetType().Name, x => module.Forward(x[0], x[1]), new(first, 2, 3), new(second, 2, 3));

    private static Tensor Squared(Tensor a, Tensor b) => (a - b).Square().Sum(-1);
}
