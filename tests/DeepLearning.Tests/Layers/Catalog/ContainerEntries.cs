using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

internal static class ContainerEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Layer(
            "Identity", static () => new Identity(), static random => random.Normal(2, 3),
            new LayerCheckOptions { OutputShapes = ["[2, 3]"], Unbatched = true }),
        CatalogEntry.Layer(
            "Lambda", static () => new Lambda(static x => x.Sin()), static random => random.Normal(2, 3),
            new LayerCheckOptions { OutputShapes = ["[2, 3]"], Unbatched = true }),
        CatalogEntry.Layer(
            "Lambda, a pair",
            static () => new Lambda<(Tensor Left, Tensor Right), (Tensor, Tensor)>(
                static pair => (pair.Left * pair.Right, pair.Left.Sin())),
            static random => (random.Normal(2, 3), random.Normal(2, 3)),
            new LayerCheckOptions { InputShapes = ["[N, C]", "[N, C]"], OutputShapes = ["[N, C]", "[N, C]"], Unbatched = true }),
        CatalogEntry.Layer(
            "Sequential", static () => new Sequential(new Linear(3, 4), new Tanh(), new BatchNorm1d(4), new Dropout(0.2), new Linear(4, 2)),
            static random => random.Normal(3, 3),
            new LayerCheckOptions
            {
                OutputShapes = ["[3, 2]"],
                BuffersChange = true,
                Rejects = [new Rejection("a wrong length", "0 (Linear 3→4)", Tensor.Zeros(2, 5))],
            }),
        CatalogEntry.Layer(
            "Sequential, a pair",
            static () => new Lambda<(Tensor Left, Tensor Right), Tensor>(static pair => pair.Left * pair.Right).Then(new Linear(3, 2)),
            static random => (random.Normal(2, 3), random.Normal(2, 3)),
            new LayerCheckOptions { OutputShapes = ["[2, 2]"], Unbatched = true }),
        CatalogEntry.Layer(
            "Residual", static () => new Residual(new Linear(3, 3)), static random => random.Normal(2, 3),
            new LayerCheckOptions { OutputShapes = ["[2, 3]"], Unbatched = true }),
        CatalogEntry.Layer(
            "Residual, shortcut", static () => new Residual(new Linear(3, 4), new Linear(3, 4, bias: false)),
            static random => random.Normal(2, 3), new LayerCheckOptions { OutputShapes = ["[2, 4]"], Unbatched = true }),
        CatalogEntry.Layer(
            "Branches", static () => new Branches(BranchJoin.Cat, new Linear(3, 2), new Linear(3, 4)), static random => random.Normal(2, 3),
            new LayerCheckOptions { OutputShapes = ["[2, 6]"] }),
        CatalogEntry.Layer(
            "Branches, product", static () => new Branches(BranchJoin.Product, new Linear(3, 2), new Linear(3, 2)),
            static random => random.Normal(2, 3), new LayerCheckOptions { OutputShapes = ["[2, 2]"], Unbatched = true }),
    ];
}
