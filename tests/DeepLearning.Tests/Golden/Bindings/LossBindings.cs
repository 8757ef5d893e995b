using DeepLearning.Losses;

namespace DeepLearning.Tests.Golden;

internal static class LossBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["mse_loss"] = c => [Loss.MSE(c[0], c[1], Reduction(c))],
        ["l1_loss"] = c => [Loss.L1(c[0], c[1], Reduction(c))],
        ["huber_loss"] = c => [Loss.Huber(c[0], c[1], c.Double("delta"), Reduction(c))],
        ["cross_entropy"] = c => [Loss.CrossEntropy(c[0], c[1], null, c.Int("ignore_index"), c.Double("label_smoothing"), Reduction(c))],
        ["cross_entropy_weight"] = c => [Loss.CrossEntropy(c[0], c[1], c[2], c.Int("ignore_index"), c.Double("label_smoothing"),
            Reduction(c))],
        ["nll_loss"] = c => [Loss.NLL(c[0], c[1], null, c.Int("ignore_index"), Reduction(c))],
        ["nll_loss_weight"] = c => [Loss.NLL(c[0], c[1], c[2], c.Int("ignore_index"), Reduction(c))],
        ["binary_cross_entropy"] = c => [Loss.BCE(c[0], c[1], null, Reduction(c))],
        ["binary_cross_entropy_weight"] = c => [Loss.BCE(c[0], c[1], c[2], Reduction(c))],
        ["bce_with_logits"] = c => [Loss.BCEWithLogits(c[0], c[1], reduction: Reduction(c))],
        ["bce_with_logits_weight"] = c => [Loss.BCEWithLogits(c[0], c[1], c[2], reduction: Reduction(c))],
        ["bce_with_logits_pos_weight"] = c => [Loss.BCEWithLogits(c[0], c[1], positiveWeight: c[2], reduction: Reduction(c))],
    };

    private static LossReduction Reduction(GoldenCall c) => Enum.Parse<LossReduction>(c.Text("reduction"), true);
}
