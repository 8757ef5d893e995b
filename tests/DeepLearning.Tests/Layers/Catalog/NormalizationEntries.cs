using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

internal static class NormalizationEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        BatchNorm("BatchNorm1d", static () => new BatchNorm1d(3), static random => random.Normal(4, 3)),
        BatchNorm("BatchNorm1d, length", static () => new BatchNorm1d(3), static random => random.Normal(2, 3, 3)),
        BatchNorm("BatchNorm1d, not affine", static () => new BatchNorm1d(3, affine: false), static random => random.Normal(4, 3)),
        BatchNorm(
            "BatchNorm1d, cumulative", static () => new BatchNorm1d(3, momentum: null, eps: 1e-3), static random => random.Normal(4, 3)),
        BatchNorm(
            "BatchNorm1d, no running figures", static () => new BatchNorm1d(3, trackRunningStats: false),
            static random => random.Normal(4, 3), tracks: false),
        BatchNorm("BatchNorm2d", static () => new BatchNorm2d(3), static random => random.Normal(2, 3, 2, 2)),
        BatchNorm(
            "BatchNorm2d, not affine, no running figures", static () => new BatchNorm2d(3, affine: false, trackRunningStats: false),
            static random => random.Normal(2, 3, 2, 2), tracks: false),
        CatalogEntry.Layer("LayerNorm", static () => new LayerNorm(4), static random => random.Normal(2, 4), LayerNorm),
        CatalogEntry.Layer("LayerNorm, two axes", static () => new LayerNorm([2, 4]), static random => random.Normal(2, 2, 4), LayerNorm),
        CatalogEntry.Layer(
            "LayerNorm, not affine", static () => new LayerNorm(4, eps: 1e-3, affine: false), static random => random.Normal(2, 4),
            LayerNorm),
    ];

    private static LayerCheckOptions LayerNorm => new()
    {
        InputShapes = ["[N, .., 4]"],
        Unbatched = true,
        Rejects = [new Rejection("a wrong length", "4", Tensor.Zeros(2, 5))],
    };

    private static CatalogEntry BatchNorm(string name, Func<BatchNorm> make, Func<RandomInputs, Tensor> input, bool tracks = true) =>
        CatalogEntry.Layer(name, make, input, new LayerCheckOptions
        {
            InputShapes = ["[N, 3, ..]"],
            OutputShapes = ["[N, 3, ..]"],
            BatchAxis = tracks ? 0 : null,
            BuffersChange = tracks,
            Rejects =
            [
                new Rejection("a wrong number of channels", "3", Tensor.Zeros(2, 5)),
                new Rejection("one axis", "3", Tensor.Zeros(3)),
            ],
        });
}
