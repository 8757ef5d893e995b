using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

internal static class LinearEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Layer("Linear", static () => new Linear(3, 4), static random => random.Normal(2, 3), Linear(4)),
        CatalogEntry.Layer("Linear, no bias", static () => new Linear(3, 2, bias: false), static random => random.Normal(2, 3), Linear(2)),
        CatalogEntry.Layer("Linear, further axes", static () => new Linear(3, 2), static random => random.Normal(2, 2, 3), Linear(2)),
        CatalogEntry.Layer(
            "Embedding", static () => new Embedding(5, 3), static random => random.Integers(0, 5, 2, 4),
            new LayerCheckOptions
            {
                InputShapes = ["[N, L]"],
                OutputShapes = ["[N, L, 3]"],
                Unbatched = true,
                Rejects = [new Rejection("a row that there is not", "5", Tensor.From([1L, 5L]))],
            }),
        // The padding row has no gradient though the output depends on it: it is not among the rows asked for.
        CatalogEntry.Layer(
            "Embedding, padding", static () => new Embedding(5, 3, paddingIdx: 1), static random => random.Integers(2, 5, 2, 4),
            new LayerCheckOptions { OutputShapes = ["[2, 4, 3]"], Unbatched = true }),
        CatalogEntry.Layer(
            "Embedding, by frequency and rows", static () => new Embedding(5, 3, scaleGradByFreq: true, sparse: true),
            static random => random.Integers(0, 5, 2, 4), new LayerCheckOptions { OutputShapes = ["[2, 4, 3]"], Unbatched = true }),
        CatalogEntry.Layer(
            "EmbeddingBag", static () => new EmbeddingBag(5, 3), static random => random.Integers(0, 5, 2, 4), Bag()),
        CatalogEntry.Layer(
            "EmbeddingBag, sums", static () => new EmbeddingBag(5, 3, mode: BagMode.Sum), static random => random.Integers(0, 5, 2, 4),
            Bag()),
        CatalogEntry.Layer(
            "EmbeddingBag, greatest", static () => new EmbeddingBag(5, 3, mode: BagMode.Max), static random => random.Integers(0, 5, 2, 4),
            Bag()),
        CatalogEntry.Layer(
            "Bilinear", static () => new Bilinear(3, 4, 2), static random => (random.Normal(2, 3), random.Normal(2, 4)),
            new LayerCheckOptions
            {
                InputShapes = ["[.., 3]", "[.., 4]"],
                OutputShapes = ["[.., 2]"],
                Unbatched = true,
            }),
        CatalogEntry.Layer(
            "Dropout", static () => new Dropout(0.3), static random => random.Normal(2, 6),
            new LayerCheckOptions { OutputShapes = ["[2, 6]"], Unbatched = true }),
        CatalogEntry.Layer(
            "Flatten", static () => new Flatten(), static random => random.Normal(2, 2, 3),
            new LayerCheckOptions { OutputShapes = ["[2, 6]"] }),
        CatalogEntry.Layer(
            "Flatten, some axes", static () => new Flatten(1, 2), static random => random.Normal(2, 2, 2, 2),
            new LayerCheckOptions { OutputShapes = ["[2, 4, 2]"] }),
        CatalogEntry.Layer(
            "Unflatten", static () => new Unflatten(1, 2, -1), static random => random.Normal(2, 6),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 2, 3]"],
                Rejects = [new Rejection("a length that cannot be split", "2", Tensor.Zeros(2, 5))],
            }),
    ];

    private static LayerCheckOptions Bag() => new()
    {
        InputShapes = ["[N, L]"],
        OutputShapes = ["[N, 3]"],
        Rejects = [new Rejection("a row that there is not", "5", Tensor.From(new long[,] { { 1, 5 } }))],
    };

    private static LayerCheckOptions Linear(int features) => new()
    {
        InputShapes = ["[.., 3]"],
        OutputShapes = [$"[.., {features}]"],
        Unbatched = true,
        Rejects = [new Rejection("a wrong length", "3", Tensor.Zeros(2, 5)), new Rejection("no axis", "3", Tensor.Zeros([]))],
    };
}
