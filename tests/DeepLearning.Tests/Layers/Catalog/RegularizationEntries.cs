using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>The relatives of dropout, gates, and the activations with random slopes and learned shapes.</summary>
internal static class RegularizationEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Same("Dropout1d", static () => new Dropout1d(0.3), [2, 3, 2], unbatched: true),
        Same("Dropout2d", static () => new Dropout2d(0.3), [2, 3, 2, 2]),
        Same("Dropout3d", static () => new Dropout3d(0.3), [2, 3, 2, 1, 2], unbatched: true),
        Same("AlphaDropout", static () => new AlphaDropout(0.3), [2, 6], unbatched: true),
        Same("FeatureAlphaDropout", static () => new FeatureAlphaDropout(0.3), [2, 3, 2]),
        Same("GaussianDropout", static () => new GaussianDropout(0.3), [2, 6], unbatched: true),
        Same("GaussianNoise", static () => new GaussianNoise(0.3), [2, 6], unbatched: true),
        Same("DropPath", static () => new DropPath(0.3), [4, 3]),
        Same("DropPath, not scaled", static () => new DropPath(0.3, scaleByKeep: false), [4, 3]),
        CatalogEntry.Layer(
            "DropConnect", static () => new DropConnect(3, 4, 0.3), static random => random.Normal(2, 3), DropConnects),
        CatalogEntry.Layer(
            "DropConnect, bias dropped", static () => new DropConnect(3, 4, 0.3, dropBias: true), static random => random.Normal(2, 3),
            DropConnects),
        Same("RReLU", static () => new RReLU(), [2, 5], unbatched: true, kinks: 0),
        Same("Threshold", static () => new Threshold(0.2, -1), [2, 5], unbatched: true, kinks: 0.2),
        Same("Softmin", static () => new Softmin(-1), [2, 5], unbatched: true),
        Same("Softmax2d", static () => new Softmax2d(), [2, 3, 2, 2], unbatched: true),
        Same("Swish", static () => new Swish(0.7), [2, 5], unbatched: true),
        Halved("GLU", static () => new GLU()),
        Halved("SwiGLU", static () => new SwiGLU()),
        Halved("SwiGLU, gate first", static () => new SwiGLU(gateFirst: true)),
        Halved("GEGLU", static () => new GEGLU()),
        Halved("GEGLU, approximate", static () => new GEGLU(approximate: true)),
        Halved("ReGLU", static () => new ReGLU()),
        CatalogEntry.Layer(
            "Maxout", static () => new Maxout(2), static random => random.Distinct(0.1, 2, 6),
            new LayerCheckOptions { OutputShapes = ["[2, 3]"], Rejects = [new Rejection("an odd length", "2", Tensor.Zeros(2, 5))] }),
        Same("Step", static () => new Step(), [2, 5], unbatched: true, kinks: 0),
        Same("Step, straight through", static () => new Step(straightThrough: true), [2, 5], unbatched: true, kinks: 0),
        Same("Sign", static () => new Sign(), [2, 5], unbatched: true, kinks: 0),
        Same("Sign, straight through", static () => new Sign(true), [2, 5], unbatched: true, kinks: 0),
    ];

    private static LayerCheckOptions DropConnects => new()
    {
        InputShapes = ["[N, 3]"],
        OutputShapes = ["[N, 4]"],
        Unbatched = true,
        Rejects = [new Rejection("a wrong length", "5", Tensor.Zeros(2, 5))],
    };

    private static CatalogEntry Same(string name, Func<Layer> make, int[] shape, bool unbatched = false, params double[] kinks)
    {
        string pattern = $"[{string.Join(", ", shape)}]";
        return CatalogEntry.Layer(
            name, make, random => kinks.Length == 0 ? random.Normal(shape) : random.AwayFrom(kinks, 0.05, shape),
            new LayerCheckOptions { OutputShapes = [pattern], Unbatched = unbatched });
    }

    private static CatalogEntry Halved(string name, Func<Layer> make) => CatalogEntry.Layer(
        name, make, static random => random.AwayFrom([0], 0.05, 2, 6),
        new LayerCheckOptions
        {
            OutputShapes = ["[2, 3]"],
            Unbatched = true,
            Rejects = [new Rejection("an odd length", "5", Tensor.Zeros(2, 5))],
        });
}
