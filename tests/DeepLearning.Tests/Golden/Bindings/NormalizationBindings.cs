using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class NormalizationBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["BatchNorm3d"] = c => c.Run(new BatchNorm3d(
            c.Int("num_features"), c.Double("eps", 1e-5), Momentum(c), c.Bool("affine", true), c.Bool("track_running_stats", true))),
        ["RMSNorm"] = c => c.Run(new RMSNorm(
            c.Ints("normalized_shape"), c.Has("eps") ? c.Double("eps") : null, c.Bool("elementwise_affine", true))),
        ["GroupNorm"] = c => c.Run(new GroupNorm(
            c.Int("num_groups"), c.Int("num_channels"), c.Double("eps", 1e-5), c.Bool("affine", true))),
        ["InstanceNorm1d"] = c => c.Run(new InstanceNorm1d(
            c.Int("num_features"), c.Double("eps", 1e-5), Momentum(c), c.Bool("affine", false), c.Bool("track_running_stats", false))),
        ["InstanceNorm2d"] = c => c.Run(new InstanceNorm2d(
            c.Int("num_features"), c.Double("eps", 1e-5), Momentum(c), c.Bool("affine", false), c.Bool("track_running_stats", false))),
        ["InstanceNorm3d"] = c => c.Run(new InstanceNorm3d(
            c.Int("num_features"), c.Double("eps", 1e-5), Momentum(c), c.Bool("affine", false), c.Bool("track_running_stats", false))),
        ["LocalResponseNorm"] = c => c.Run(new LocalResponseNorm(
            c.Int("size"), c.Double("alpha", 1e-4), c.Double("beta", 0.75), c.Double("k", 1))),
        ["CrossMapLRN2d"] = c => c.Run(new CrossMapLRN2d(
            c.Int("size"), c.Double("alpha", 1e-4), c.Double("beta", 0.75), c.Double("k", 1))),
        ["rms_norm"] = c => [c[0].RmsNorm(c.Ints("normalized_shape"), c[1], c.Has("eps") ? c.Double("eps") : null)],
        ["group_norm"] = c => [c[0].GroupNorm(c.Int("num_groups"), c[1])],
        ["group_norm_bias"] = c => [c[0].GroupNorm(c.Int("num_groups"), null, c[1])],
        ["instance_norm"] = c => [c[0].InstanceNorm(weight: c[1])],
        ["local_response_norm"] = c => [c[0].LocalResponseNorm(c.Int("size"), c.Double("alpha"))],
        ["normalize"] = c => [c[0].Normalize(c.Double("p", 2), c.Has("dim") ? c.Ints("dim") : [1], c.Double("eps", 1e-12))],
    };

    /// <summary>The momentum where it is given: 0.1 without, and null where Python's None stands.</summary>
    private static double? Momentum(GoldenCall c) => c.Case.Has("momentum") && !c.Has("momentum") ? null : c.Double("momentum", 0.1);
}
