using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

internal static class ConvolutionEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Conv2d("Conv2d", static () => new Conv2d(2, 2, 3), "[N, 2, 2, 2]"),
        Conv2d("Conv2d, no bias", static () => new Conv2d(2, 3, (1, 2), bias: false), "[N, 3, 4, 3]"),
        Conv2d("Conv2d, stride and padding", static () => new Conv2d(2, 2, 3, stride: 2, padding: 1), "[N, 2, 2, 2]"),
        Conv2d("Conv2d, dilation", static () => new Conv2d(2, 2, 2, dilation: 2), "[N, 2, 2, 2]"),
        Conv2d("Conv2d, groups", static () => new Conv2d(2, 4, 2, groups: 2), "[N, 4, 3, 3]"),
        Conv2d("Conv2d, same", static () => new Conv2d(2, 2, 3, padding: Padding.Same), "[N, 2, 4, 4]"),
        Conv2d("Conv2d, reflected", static () => new Conv2d(2, 1, 3, padding: 1, paddingMode: PadMode.Reflect), "[N, 1, 4, 4]"),
        Conv2d("Conv2d, circular", static () => new Conv2d(2, 1, 3, padding: 1, paddingMode: PadMode.Circular), "[N, 1, 4, 4]"),
        Pool("MaxPool2d", static () => new MaxPool2d(2), "[N, C, 2, 2]"),
        Pool("MaxPool2d, overlapping", static () => new MaxPool2d(3, stride: 1, padding: 1), "[N, C, 4, 4]"),
        Pool("MaxPool2d, dilation and ceil", static () => new MaxPool2d(2, stride: 2, dilation: 2, ceilMode: true), "[N, C, 2, 2]"),
        Pool("AvgPool2d", static () => new AvgPool2d(2), "[N, C, 2, 2]"),
        Pool("AvgPool2d, padding not counted", static () => new AvgPool2d(3, 2, 1, countIncludePad: false), "[N, C, 2, 2]"),
        Pool("AvgPool2d, ceil", static () => new AvgPool2d(3, 2, ceilMode: true), "[N, C, 2, 2]"),
        Pool("AvgPool2d, divisor", static () => new AvgPool2d(2, divisorOverride: 3), "[N, C, 2, 2]"),
        Pool("AdaptiveAvgPool2d", static () => new AdaptiveAvgPool2d(3), "[N, C, 3, 3]"),
        Pool("AdaptiveAvgPool2d, one axis", static () => new AdaptiveAvgPool2d(1, null), "[N, C, 1, 4]"),
    ];

    private static CatalogEntry Conv2d(string name, Func<Conv2d> make, string output) =>
        CatalogEntry.Layer(name, make, static random => random.Normal(2, 2, 4, 4), new LayerCheckOptions
        {
            InputShapes = ["[N, 2, H, W]"],
            OutputShapes = [output],
            Unbatched = true,
            Rejects =
            [
                new Rejection("a wrong number of channels", "2", Tensor.Zeros(2, 3, 4, 4)),
                new Rejection("too few axes", "[", Tensor.Zeros(4, 4)),
                new Rejection("too many axes", "[", Tensor.Zeros(1, 2, 2, 4, 4)),
            ],
        });

    private static CatalogEntry Pool(string name, Func<Layer> make, string output) =>
        CatalogEntry.Layer(name, make, static random => random.Distinct(0.05, 2, 2, 4, 4), new LayerCheckOptions
        {
            InputShapes = ["[N, C, H, W]"],
            OutputShapes = [output],
            Unbatched = true,
            Rejects = [new Rejection("too few axes", "[", Tensor.Zeros(4, 4))],
        });
}
