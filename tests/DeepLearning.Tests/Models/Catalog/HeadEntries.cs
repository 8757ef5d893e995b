using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Models.Catalog;

/// <summary>Heads, adapters, wrappers and recommenders, around linear layers of three features.</summary>
internal static class HeadEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Rows("LoRALinear", static () => new LoRALinear(new Linear(3, 2), 2, 4).Started(), "[2, 2]",
            ["base_layer.weight", "base_layer.bias"]),
        Rows(
            "LoRALinear, dropout, no bias", static () => new LoRALinear(new Linear(3, 2, bias: false), 1, 1, 0.3).Started(), "[2, 2]",
            ["base_layer.weight"]),
        Rows("DistillationModel", static () => new DistillationModel(new Linear(3, 2), new Linear(3, 2)), "[2, 2]"),
        Rows("Ensemble", static () => new Ensemble(new Linear(3, 2), new Sequential(new Linear(3, 2), new Tanh())), "[2, 2]"),
        Rows("DQN", static () => new DQN(new Linear(3, 2)), "[2, 2]", ["target.weight", "target.bias"]),
        CatalogEntry.Layer(
            "MixtureDensityHead", static () => new MixtureDensityHead(3, 2, 2), static random => random.Normal(2, 3),
            new LayerCheckOptions
            {
                InputShapes = ["[.., 3]"],
                OutputShapes = ["[.., 2]", "[.., 2, 2]", "[.., 2, 2]"],
                Unbatched = true,
                Rejects = [new Rejection("another width", "3]", Tensor.Zeros(2, 4))],
            }),
        CatalogEntry.Layer(
            "SiameseNetwork", static () => new SiameseNetwork(new Linear(3, 2)),
                static random => (random.Normal(2, 3), random.Normal(2, 3)),
            new LayerCheckOptions
            {
                OutputShapes = ["[2]"],
                Rejects =
                [
                    new Rejection("fewer of the second", "differ", null, Tensor.Zeros(1, 3)),
                    new Rejection("no batch", "[batch, width]", Tensor.Zeros(3), null),
                ],
            }),
        CatalogEntry.Layer(
            "MultiTaskModel",
            static () => new MultiTaskModel(new Linear(3, 2), [("first", new Linear(2, 1)), ("second", new Linear(2, 3))]),
            static random => random.Normal(2, 3),
            new LayerCheckOptions { OutputShapes = ["[2, 1]", "[2, 3]"],
                Rejects = [new Rejection("another width", "3", Tensor.Zeros(2, 4))] }),
        Table("GrowingEmbedding", static () => new GrowingEmbedding(3, 2)),
        Table("GrowingEmbedding, by rows", static () => new GrowingEmbedding(3, 8, sparse: true)),
        CatalogEntry.Layer(
            "TwoTowerRecommender", static () => new TwoTowerRecommender(new Linear(3, 2), new Linear(4, 2), 0.5),
            static random => (random.Normal(2, 3), random.Normal(3, 4)),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 3]"],
                InputBatchAxes = [0, null],
                Rejects =
                [
                    new Rejection("a wrong width of queries", "3", Tensor.Zeros(2, 4), null),
                    new Rejection("one item without an axis", "[count, width]", null, Tensor.Zeros(4)),
                ],
            }),
        CatalogEntry.Layer(
            "MatrixFactorization", static () => new MatrixFactorization(3, 4, 2, 3.5).Started(),
            static _ => (Tensor.From([0L, 2]), Tensor.From([3L, 1])),
            new LayerCheckOptions
            {
                OutputShapes = ["[2]"],
                Rejects =
                [
                    new Rejection("a user that there is not", "0 to 2", Tensor.From([0L, 3]), null),
                    new Rejection("an item that there is not", "0 to 3", null, Tensor.From([-1L, 3])),
                    new Rejection("fewer items than users", "[2]", null, Tensor.From([1L])),
                ],
            }),
    ];

    private static CatalogEntry Rows(
        string name, Func<Module<Tensor, Tensor>> make, string output, IReadOnlyList<string>? unused = null) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 3),
        new LayerCheckOptions
        {
            OutputShapes = [output],
            Unused = unused ?? [],
            Rejects = [new Rejection("another width", "3", Tensor.Zeros(2, 4))],
        });

    private static CatalogEntry Table(string name, Func<GrowingEmbedding> make) => CatalogEntry.Layer(
        name,
        () =>
        {
            GrowingEmbedding table = make();
            table.Add(Tensor.From([70L, -3, 4]));
            return table;
        },
        static _ => Tensor.From(new[] { 4L, 70, 4, -3 }, 2, 2),
        new LayerCheckOptions
        {
            OutputShapes = ["[2, 2, 3]"],
            Rejects =
            [
                new Rejection("an identifier that there is not", "71", Tensor.From([71L])),
                new Rejection("identifiers that are not whole numbers", "int64", Tensor.Zeros(2)),
            ],
        });
}
