using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>Poolings over one and three axes, by norms, at random distances, of whole channels, and back.</summary>
internal static class PoolingEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Over1("MaxPool1d", static () => new MaxPool1d(2), "[N, C, 3]"),
        Over1("MaxPool1d, overlapping", static () => new MaxPool1d(3, stride: 1, padding: 1), "[N, C, 6]"),
        Over1("MaxPool1d, dilation and ceil", static () => new MaxPool1d(2, 3, dilation: 2, ceilMode: true), "[N, C, 2]"),
        Over1("MaxPool1d, ceil", static () => new MaxPool1d(3, 2, ceilMode: true), "[N, C, 3]"),
        Over3("MaxPool3d", static () => new MaxPool3d(2), "[N, C, 1, 1, 2]"),
        Over3("MaxPool3d, overlapping", static () => new MaxPool3d((1, 2, 3), 1, (0, 1, 1)), "[N, C, 2, 3, 4]"),
        Over3("MaxPool3d, dilation and ceil", static () => new MaxPool3d((1, 1, 2), 2, 0, (1, 1, 2), true), "[N, C, 1, 1, 2]"),
        Over1("AvgPool1d", static () => new AvgPool1d(2), "[N, C, 3]"),
        Over1("AvgPool1d, padding not counted", static () => new AvgPool1d(3, 2, 1, countIncludePad: false), "[N, C, 3]"),
        Over1("AvgPool1d, ceil", static () => new AvgPool1d(3, 2, ceilMode: true), "[N, C, 3]"),
        Over3("AvgPool3d", static () => new AvgPool3d(2), "[N, C, 1, 1, 2]"),
        Over3("AvgPool3d, padding not counted", static () => new AvgPool3d(2, 1, 1, countIncludePad: false), "[N, C, 3, 3, 5]"),
        Over3("AvgPool3d, ceil and divisor", static () => new AvgPool3d((1, 2, 3), 2, 0, true, divisorOverride: 3), "[N, C, 1, 1, 2]"),
        Over1("AdaptiveAvgPool1d", static () => new AdaptiveAvgPool1d(4), "[N, C, 4]"),
        Over1("AdaptiveAvgPool1d, whole", static () => new AdaptiveAvgPool1d(1), "[N, C, 1]"),
        Over3("AdaptiveAvgPool3d", static () => new AdaptiveAvgPool3d(1), "[N, C, 1, 1, 1]"),
        Over3("AdaptiveAvgPool3d, one axis", static () => new AdaptiveAvgPool3d(null, 1, 3), "[N, C, 2, 1, 3]"),
        Over1("AdaptiveMaxPool1d", static () => new AdaptiveMaxPool1d(4), "[N, C, 4]"),
        Over2("AdaptiveMaxPool2d", static () => new AdaptiveMaxPool2d(3), "[N, C, 3, 3]"),
        Over2("AdaptiveMaxPool2d, one axis", static () => new AdaptiveMaxPool2d(1, null), "[N, C, 1, 5]"),
        Over3("AdaptiveMaxPool3d", static () => new AdaptiveMaxPool3d(1, 2, 3), "[N, C, 1, 2, 3]"),
        Over1("LPPool1d", static () => new LPPool1d(2, 2), "[N, C, 3]", positive: true),
        Over1("LPPool1d, ceil", static () => new LPPool1d(1.5, 3, 2, ceilMode: true), "[N, C, 3]", positive: true),
        Over2("LPPool2d", static () => new LPPool2d(2, 2), "[N, C, 2, 2]", positive: true),
        Over2("LPPool2d, third power and stride", static () => new LPPool2d(3, (2, 1), stride: 1), "[N, C, 3, 5]", positive: true),
        Over3("LPPool3d", static () => new LPPool3d(2, 2), "[N, C, 1, 1, 2]", positive: true),
        Over3("LPPool3d, sums", static () => new LPPool3d(1, (1, 2, 2), 1), "[N, C, 2, 1, 3]", positive: true),
        Global("GlobalAvgPool", static () => new GlobalAvgPool(), static random => random.Normal(2, 2, 3), "[N, C]"),
        Global(
            "GlobalAvgPool, axes kept", static () => new GlobalAvgPool(true), static random => random.Normal(2, 2, 2, 3), "[N, C, 1, 1]"),
        Global("GlobalMaxPool", static () => new GlobalMaxPool(), static random => random.Distinct(0.05, 2, 2, 2, 3), "[N, C]"),
        Global(
            "GlobalMaxPool, axes kept", static () => new GlobalMaxPool(true), static random => random.Distinct(0.05, 2, 2, 3), "[N, C, 1]"),
        Fractional(
            "FractionalMaxPool2d", static () => new FractionalMaxPool2d(2, outputSize: (2, 3), randomSamples: Samples(2)),
            static random => random.Distinct(0.05, 2, 2, 4, 5), "[N, C, 2, 3]"),
        Fractional(
            "FractionalMaxPool2d, at random", static () => new FractionalMaxPool2d(2, outputRatio: 0.6),
            static random => random.Distinct(0.05, 2, 2, 4, 5), "[N, C, 2, 3]"),
        Fractional(
            "FractionalMaxPool3d", static () => new FractionalMaxPool3d((1, 2, 2), outputSize: (1, 2, 2), randomSamples: Samples(3)),
            static random => random.Distinct(0.05, 2, 2, 2, 3, 4), "[N, C, 1, 2, 2]"),
        Fractional(
            "FractionalMaxPool3d, at random", static () => new FractionalMaxPool3d(1, outputRatio: (0.5, 0.7, 0.8)),
            static random => random.Distinct(0.05, 2, 2, 2, 3, 4), "[N, C, 1, 2, 3]"),
        Unpool(
            "MaxUnpool1d", static () => new MaxUnpool1d(2),
            static random => new MaxPool1d(2).ForwardWithIndices(random.Distinct(0.05, 2, 2, 6)), "[N, C, 6]"),
        Unpool(
            "MaxUnpool1d, stride and padding", static () => new MaxUnpool1d(2, 3, 1),
            static random => new MaxPool1d(2, 3, 1).ForwardWithIndices(random.Distinct(0.05, 2, 2, 6)), "[N, C, 6]"),
        Unpool(
            "MaxUnpool2d", static () => new MaxUnpool2d(2),
            static random => new MaxPool2d(2).ForwardWithIndices(random.Distinct(0.05, 2, 2, 4, 4)), "[N, C, 4, 4]"),
        Unpool(
            "MaxUnpool3d", static () => new MaxUnpool3d((1, 2, 2)),
            static random => new MaxPool3d((1, 2, 2)).ForwardWithIndices(random.Distinct(0.05, 2, 1, 2, 2, 4)), "[N, C, 2, 2, 4]"),
    ];

    private static CatalogEntry Over1(string name, Func<Layer> make, string output, bool positive = false) =>
        Pool(name, make, positive, [2, 2, 6], "[N, C, L]", output);

    private static CatalogEntry Over2(string name, Func<Layer> make, string output, bool positive = false) =>
        Pool(name, make, positive, [2, 2, 4, 5], "[N, C, H, W]", output);

    private static CatalogEntry Over3(string name, Func<Layer> make, string output, bool positive = false) =>
        Pool(name, make, positive, [2, 2, 2, 2, 4], "[N, C, D, H, W]", output);

    private static CatalogEntry Pool(string name, Func<Layer> make, bool positive, int[] input, string shape, string output) =>
        CatalogEntry.Layer(
            name, make, random => positive ? random.Uniform(0.5, 2, input) : random.Distinct(0.05, input),
            new LayerCheckOptions
            {
                InputShapes = [shape],
                OutputShapes = [output],
                Unbatched = true,
                Rejects =
                [
                    new Rejection("too few axes", "[", Tensor.Zeros(input.AsSpan(2))),
                    new Rejection("too many axes", "[", Tensor.Zeros([1, .. input])),
                ],
            });

    private static CatalogEntry Global(string name, Func<Layer> make, Func<RandomInputs, Tensor> input, string output) =>
        CatalogEntry.Layer(name, make, input, new LayerCheckOptions
        {
            InputShapes = ["[N, C, ..]"],
            OutputShapes = [output],
            Rejects =
            [
                new Rejection("no axis behind the channels", "[", Tensor.Zeros(2, 3)),
                new Rejection("no axis", "[", Tensor.Zeros([])),
            ],
        });

    /// <summary>Every sample of a batch has its own windows.</summary>
    private static CatalogEntry Fractional(string name, Func<Layer> make, Func<RandomInputs, Tensor> input, string output) =>
        CatalogEntry.Layer(name, make, input, new LayerCheckOptions
        {
            InputShapes = ["[N, C, ..]"],
            OutputShapes = [output],
            BatchAxis = null,
            Rejects = [new Rejection("too few axes", "[", Tensor.Zeros(4, 5))],
        });

    private static CatalogEntry Unpool(string name, Func<MaxUnpool> make, Func<RandomInputs, ValuesAndIndices> pooled, string output) =>
        CatalogEntry.Layer(
            name, make,
            random =>
            {
                ValuesAndIndices both = pooled(random);
                return (both.Values, both.Indices);
            },
            new LayerCheckOptions
            {
                InputShapes = ["[N, C, ..]", "[N, C, ..]"],
                OutputShapes = [output],
                Unbatched = true,
                Rejects =
                [
                    new Rejection("too few axes", "[", Tensor.Zeros([]), Tensor.Zeros([], DType.Int64)),
                    new Rejection("indices of another shape", "[2, 9]", null, Tensor.Zeros([2, 9], DType.Int64)),
                ],
            });

    /// <summary>Numbers that every type holds, for two samples of two channels.</summary>
    private static Tensor Samples(int axes) =>
        Tensor.From([.. Enumerable.Range(0, 4 * axes).Select(static i => (float)(((5 * i) + 1) % 8) / 8)], [2, 2, axes]);
}
