using DeepLearning.Layers;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>The relatives of dropout, with a generator of their own for each call, and the gates.</summary>
internal static class RegularizationRows
{
    public static readonly SweepRow[] All =
    [
        Some("Dropout1d", static x => x[0].Dropout1d(0.4, true, new Generator(5)), [2, 3, 2]),
        Some("Dropout2d", static x => x[0].Dropout2d(0.4, true, new Generator(5)), [2, 3, 2, 1]),
        Some("Dropout3d", static x => x[0].Dropout3d(0.4, true, new Generator(5)), [2, 3, 2, 1, 2]),
        Some("AlphaDropout", static x => x[0].AlphaDropout(0.4, true, new Generator(5)), [2, 6]),
        Some("FeatureAlphaDropout", static x => x[0].FeatureAlphaDropout(0.4, true, new Generator(5)), [2, 3, 2]),
        Some("GaussianDropout", static x => x[0].GaussianDropout(0.4, true, new Generator(5)), [2, 6]),
        Some("GaussianNoise", static x => x[0].GaussianNoise(0.4, true, new Generator(5)), [2, 6]),
        Some("DropPath", static x => x[0].DropPath(0.4, true, true, new Generator(5)), [5, 2]),
        Some("DropConnect", static x => x[0].DropConnect(x[1], x[2], 0.4, true, true, new Generator(5)), [2, 3], [4, 3], [4]),
        Some("RRelu", static x => x[0].RRelu(), [2, 5]),
        Some("RRelu:training", static x => x[0].RRelu(0.1, 0.4, true, new Generator(5)), [2, 5]),
        Some("Softmin", static x => x[0].Softmin(1), [2, 3]),
        Some("GumbelSoftmax", static x => x[0].GumbelSoftmax(0.7, false, 1, new Generator(5)), [2, 3]),
        Some("SwiGlu", static x => x[0].SwiGlu(), [2, 4]),
        Some("GeGlu", static x => x[0].GeGlu(1, true, true), [2, 4]),
        Some("ReGlu", static x => x[0].ReGlu(0), [2, 3]),
        Some("Maxout", static x => x[0].Maxout(2), [2, 4, 2]),
        Some("Swish", static x => x[0].Swish(x[1]), [2, 3], [3]),
        LayerRows.One(static () => new Dropout1d(0.4, new Generator(5)), 2, 3, 2),
        LayerRows.One(static () => new Dropout2d(0.4, new Generator(5)), 2, 3, 2, 1),
        LayerRows.One(static () => new Dropout3d(0.4, new Generator(5)), 2, 3, 2, 1, 1),
        LayerRows.One(static () => new AlphaDropout(0.4, new Generator(5)), 2, 6),
        LayerRows.One(static () => new FeatureAlphaDropout(0.4, new Generator(5)), 2, 3, 2),
        LayerRows.One(static () => new GaussianDropout(0.4, new Generator(5)), 2, 6),
        LayerRows.One(static () => new GaussianNoise(0.4, new Generator(5)), 2, 6),
        LayerRows.One(static () => new DropPath(0.4, generator: new Generator(5)), 5, 2),
        LayerRows.One(static () => new DropConnect(3, 2, 0.4, generator: new Generator(5)), 2, 3),
        LayerRows.One(static () => new RReLU(generator: new Generator(5)), 2, 3),
        LayerRows.One(static () => new Threshold(0.2, -1), 2, 3),
        LayerRows.One(static () => new GLU(), 2, 4),
        LayerRows.One(static () => new SwiGLU(), 2, 4),
        LayerRows.One(static () => new GEGLU(), 2, 4),
        LayerRows.One(static () => new ReGLU(), 2, 4),
        LayerRows.One(static () => new Softmin(1), 2, 3),
        LayerRows.One(static () => new Softmax2d(), 2, 3, 2),
        LayerRows.One(static () => new Maxout(2), 2, 4),
        LayerRows.One(static () => new Swish(0.5), 2, 4),
    ];

    private static SweepRow Some(string name, Func<Tensor[], Tensor> function, params int[][] shapes) =>
        new(name, function, [.. shapes.Select(static shape => new SweepInput(Draw.Real, shape))]);
}
