using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>The normalizations beside batch and layer norm, and parametrized layers.</summary>
internal static class GroupNormEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Layer("BatchNorm3d", static () => new BatchNorm3d(3), static random => random.Normal(2, 3, 2, 1, 2), Batch(true)),
        CatalogEntry.Layer(
            "BatchNorm3d, not affine, no running figures", static () => new BatchNorm3d(3, affine: false, trackRunningStats: false),
            static random => random.Normal(2, 3, 2, 1, 2), Batch(false)),
        CatalogEntry.Layer("LayerNorm, no bias", static () => new LayerNorm(4, bias: false), static random => random.Normal(2, 4), Rows),
        CatalogEntry.Layer("RMSNorm", static () => new RMSNorm(4, 1e-3), static random => random.Normal(2, 4), Rows),
        CatalogEntry.Layer("RMSNorm, two axes", static () => new RMSNorm([2, 4], 1e-3), static random => random.Normal(2, 2, 4), Rows),
        CatalogEntry.Layer(
            "RMSNorm, not affine", static () => new RMSNorm(4, 1e-3, affine: false), static random => random.Normal(2, 4), Rows),
        CatalogEntry.Layer("GroupNorm", static () => new GroupNorm(2, 4), static random => random.Normal(2, 4, 3), Groups),
        CatalogEntry.Layer("GroupNorm, long runs", static () => new GroupNorm(2, 4), static random => random.Normal(2, 4, 17), Groups),
        CatalogEntry.Layer(
            "GroupNorm, not affine", static () => new GroupNorm(1, 4, affine: false), static random => random.Normal(2, 4), Groups),
        CatalogEntry.Layer("InstanceNorm1d", static () => new InstanceNorm1d(3), static random => random.Normal(2, 3, 4), Instances),
        CatalogEntry.Layer(
            "InstanceNorm1d, running figures", static () => new InstanceNorm1d(3, affine: true, trackRunningStats: true),
            static random => random.Normal(2, 3, 4), Instances with { BuffersChange = true }),
        CatalogEntry.Layer(
            "InstanceNorm2d", static () => new InstanceNorm2d(3, affine: true), static random => random.Normal(2, 3, 2, 3), Instances),
        CatalogEntry.Layer(
            "InstanceNorm3d", static () => new InstanceNorm3d(3, affine: true), static random => random.Normal(2, 3, 2, 2, 2), Instances),
        CatalogEntry.Layer(
            "LocalResponseNorm", static () => new LocalResponseNorm(3, 0.5), static random => random.Normal(2, 4, 3), Responses),
        CatalogEntry.Layer(
            "LocalResponseNorm, even", static () => new LocalResponseNorm(2, 0.5, 1.5, 2), static random => random.Normal(2, 4, 3, 2),
            Responses),
        CatalogEntry.Layer(
            "CrossMapLRN2d", static () => new CrossMapLRN2d(3, 0.5), static random => random.Normal(2, 4, 2, 2), Responses),
        CatalogEntry.Layer(
            "Linear, weight norm", static () => new Linear(3, 4).WeightNorm(), static random => random.Normal(2, 3), Linears),
        CatalogEntry.Layer(
            "Linear, orthogonal", static () => new Linear(3, 4).Orthogonal(orthogonalMap: OrthogonalMap.MatrixExp),
            static random => random.Normal(2, 3), Linears),
        CatalogEntry.Layer(
            "Linear, orthogonal square", static () => new Linear(4, 4).Orthogonal(), static random => random.Normal(2, 4),
            new LayerCheckOptions { OutputShapes = ["[2, 4]"], Unbatched = true }),
    ];

    private static LayerCheckOptions Rows => new()
    {
        InputShapes = ["[N, .., 4]"],
        Unbatched = true,
        Rejects = [new Rejection("a wrong length", "4", Tensor.Zeros(2, 5))],
    };

    private static LayerCheckOptions Groups => new()
    {
        InputShapes = ["[N, 4, ..]"],
        OutputShapes = ["[N, 4, ..]"],
        Rejects =
        [
            new Rejection("a wrong number of channels", "4", Tensor.Zeros(2, 6, 3)),
            new Rejection("one axis", "4", Tensor.Zeros(4)),
        ],
    };

    private static LayerCheckOptions Instances => new()
    {
        InputShapes = ["[N, 3, ..]"],
        OutputShapes = ["[N, 3, ..]"],
        Unbatched = true,
        Rejects =
        [
            new Rejection("a wrong number of channels", "3", Tensor.Zeros(2, 5, 4)),
            new Rejection("one axis", "3", Tensor.Zeros(3)),
        ],
    };

    private static LayerCheckOptions Responses => new()
    {
        InputShapes = ["[N, C, ..]"],
        OutputShapes = ["[N, C, ..]"],
        Rejects = [new Rejection("two axes", "batch, channels", Tensor.Zeros(2, 3))],
    };

    private static LayerCheckOptions Linears => new()
    {
        InputShapes = ["[N, 3]"],
        OutputShapes = ["[N, 4]"],
        Unbatched = true,
        Rejects = [new Rejection("a wrong length", "3→4", Tensor.Zeros(2, 5))],
    };

    private static LayerCheckOptions Batch(bool tracks) => new()
    {
        InputShapes = ["[N, 3, ..]"],
        OutputShapes = ["[N, 3, ..]"],
        BatchAxis = tracks ? 0 : null,
        BuffersChange = tracks,
        Rejects =
        [
            new Rejection("a wrong number of channels", "3", Tensor.Zeros(2, 5, 2, 1, 2)),
            new Rejection("four axes", "depth", Tensor.Zeros(2, 3, 2, 2)),
        ],
    };
}
