using DeepLearning.Layers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>The normalizations beside batch and layer norm, as functions and as layers.</summary>
internal static class NormalizationRows
{
    public static readonly SweepRow[] All =
    [
        Some("RmsNorm", static x => x[0].RmsNorm([4], x[1], 1e-3), [3, 4], [4]),
        Some("RmsNorm:two axes", static x => x[0].RmsNorm([2, 3], x[1], 1e-2), [2, 2, 3], [2, 3]),
        Some("RmsNorm:empty", static x => x[0].RmsNorm([3], x[1]), [0, 3], [3]),
        Some("GroupNorm", static x => x[0].GroupNorm(2, x[1], x[2]), [2, 4, 3], [4], [4]),
        Some("GroupNorm:long", static x => x[0].GroupNorm(2, x[1], x[2]), [1, 2, 17], [2], [2]),
        Some("GroupNorm:empty", static x => x[0].GroupNorm(2, x[1]), [0, 4], [4]),
        Some("InstanceNorm", static x => x[0].InstanceNorm(null, null, x[1], x[2]), [2, 2, 3], [2], [2]),
        Some("InstanceNorm:running", static x => x[0].InstanceNorm(
            Tensor.From([0.3, -1]).Here(), Tensor.From([0.5, 2.0]).Here(), x[1], x[2], useInputStats: false), [2, 2, 3], [2], [2]),
        Some("LocalResponseNorm", static x => x[0].LocalResponseNorm(3, 0.7), [2, 4, 2]),
        Some("LocalResponseNorm:even", static x => x[0].LocalResponseNorm(4, 0.7, 1.5, 2), [1, 3, 2, 2]),
        Some("Normalize", static x => x[0].Normalize(), [3, 4]),
        Some("Normalize:order", static x => x[0].Normalize(3, -1), [3, 2, 4]),
        Some("Normalize:axes", static x => x[0].Normalize(2, [0, 2]), [3, 2, 4]),
        LayerRows.One(static () => new BatchNorm3d(2), 2, 2, 1, 2, 2),
        LayerRows.One(static () => new RMSNorm(3, 1e-3), 2, 3),
        LayerRows.One(static () => new GroupNorm(2, 4), 2, 4, 3),
        LayerRows.One(static () => new InstanceNorm1d(2, affine: true), 2, 2, 3),
        LayerRows.One(static () => new InstanceNorm2d(2, affine: true), 2, 2, 3, 2),
        LayerRows.One(static () => new InstanceNorm3d(2, affine: true), 1, 2, 2, 2, 2),
        LayerRows.One(static () => new LocalResponseNorm(3, 0.5), 1, 3, 2),
        LayerRows.One(static () => new CrossMapLRN2d(3, 0.5), 1, 3, 2, 2),
    ];

    private static SweepRow Some(string name, Func<Tensor[], Tensor> function, params int[][] shapes) =>
        new(name, function, [.. shapes.Select(static shape => new SweepInput(Draw.Real, shape))]);
}
