using DeepLearning.Losses;
using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>Operations that the golden tests reach through layers, or with other arguments.</summary>
internal static class OperationBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["conv2d"] = c => [c[0].Conv2d(c[1], c[2], Both(c, "stride"), Both(c, "padding"), Both(c, "dilation"), c.Int("groups"))],
        ["max_pool2d"] = c => ReductionBindings.Pair(c[0].MaxPool2dWithIndices(
            c.Int("kernel_size"), Both(c, "stride"), Both(c, "padding"), Both(c, "dilation"), c.Bool("ceil_mode"))),
        ["avg_pool2d"] = c => [c[0].AvgPool2d(
            c.Int("kernel_size"), Both(c, "stride"), Both(c, "padding"), c.Bool("ceil_mode"), c.Bool("count_include_pad"))],
        ["adaptive_avg_pool2d"] = c => [c[0].AdaptiveAvgPool2d(c.Ints("output_size")[0], c.Ints("output_size")[1])],
        ["linear"] = c => [c[0].Linear(c[1], c[2])],
        ["layer_norm"] = c => [c[0].LayerNorm(c[1].Shape.AsSpan(), c[1], c[2])],
        ["batch_norm"] = c => [c[0].BatchNorm(c[1], c[2], c[3], c[4], c.Bool("training"))],
        ["smooth_l1_loss"] = c => [Loss.SmoothL1(c[0], c[1], c.Double("beta"), Reduction(c))],
        ["kl_div"] = c => [Loss.KLDiv(c[0], c[1], c.Bool("log_target", false), Reduction(c))],
    };

    private static PerAxis Both(GoldenCall c, string argument) => c.Int(argument);

    private static LossReduction Reduction(GoldenCall c) => Enum.Parse<LossReduction>(c.Text("reduction"), true);
}
