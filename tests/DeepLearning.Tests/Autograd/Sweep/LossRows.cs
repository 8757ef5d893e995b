using DeepLearning.Losses;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>The losses, with respect to inputs and, where they are real, targets.</summary>
internal static class LossRows
{
    private static readonly Tensor s_classes = Tensor.From([2L, 0L, -100L, 1L]);
    private static readonly Tensor s_weight = Tensor.From([0.5, 2, 1]);

    public static readonly SweepRow[] All =
    [
        Pair("Loss.MSE", static (x, y) => Loss.MSE(x, y)),
        Pair("Loss.MSE:sum", static (x, y) => Loss.MSE(x, y, LossReduction.Sum)),
        Pair("Loss.MSE:none", static (x, y) => Loss.MSE(x, y, LossReduction.None)),
        Pair("Loss.L1", static (x, y) => Loss.L1(x, y)),
        Pair("Loss.Huber", static (x, y) => Loss.Huber(x, y, 0.8)),
        Pair("Loss.SmoothL1", static (x, y) => Loss.SmoothL1(x, y, 0.8)),
        new("Loss.BCE", static x => Loss.BCE(x[0], x[1], s_weight.Here()), new(Draw.Probability, 2, 3), new(Draw.Probability, 2, 3)),
        new("Loss.BCEWithLogits", static x => Loss.BCEWithLogits(x[0], x[1]), new(Draw.Real, 2, 3), new(Draw.Probability, 2, 3)),
        new("Loss.BCEWithLogits:weights", static x => Loss.BCEWithLogits(
            x[0], x[1], s_weight.Here(), s_weight.Here() + 1.0, LossReduction.Sum),
            new(Draw.Real, 2, 3), new(Draw.Probability, 2, 3)),
        new("Loss.KLDiv", static x => Loss.KLDiv(x[0], x[1], reduction: LossReduction.Sum),
            new(Draw.Real, 2, 3), new(Draw.Probability, 2, 3)),
        Pair("Loss.KLDiv:logarithms", static (x, y) => Loss.KLDiv(x, y, logTarget: true)),
        Scores("Loss.NLL", static x => Loss.NLL(x, s_classes.Here(), s_weight.Here())),
        Scores("Loss.NLL:none", static x => Loss.NLL(x, s_classes.Here(), reduction: LossReduction.None)),
        Scores("Loss.CrossEntropy", static x => Loss.CrossEntropy(x, s_classes.Here())),
        Scores("Loss.CrossEntropy:weights", static x => Loss.CrossEntropy(x, s_classes.Here(), s_weight.Here(), labelSmoothing: 0.2)),
        Scores("Loss.CrossEntropy:sum", static x => Loss.CrossEntropy(x, s_classes.Here(), s_weight.Here(), -100, 0.1, LossReduction.Sum)),
        new("Loss.CrossEntropy:probabilities", static x => Loss.CrossEntropy(x[0], x[1], s_weight.Here(), labelSmoothing: 0.1),
            new(Draw.Real, 2, 3), new(Draw.Probability, 2, 3)),
        new("Loss.CrossEntropy:images", static x => Loss.CrossEntropy(x[0], Tensor.From([1L, 0L, 1L, 1L], 2, 2).Here()),
            new SweepInput(Draw.Real, 2, 2, 2)),
        .. MoreLossRows.All,
    ];

    private static SweepRow Pair(string name, Func<Tensor, Tensor, Tensor> loss) =>
        new(name, ins => loss(ins[0], ins[1]), new(Draw.Real, 2, 3), new(Draw.Real, 2, 3)) { MoreShapes = [[[1], [1]], [[], []]] };

    private static SweepRow Scores(string name, Func<Tensor, Tensor> loss) =>
        new(name, ins => loss(ins[0]), new SweepInput(Draw.Real, 4, 3));
}
