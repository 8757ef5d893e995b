using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>Convolutions over one and three axes, transposed, separable and with a kernel for each place.</summary>
internal static class SpatialEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Over1("Conv1d", static () => new Conv1d(2, 3, 3), "[N, 3, 3]"),
        Over1("Conv1d, no bias, dilation", static () => new Conv1d(2, 2, 2, dilation: 2, bias: false), "[N, 2, 3]"),
        Over1("Conv1d, stride and circular", static () => new Conv1d(2, 2, 3, 2, 1, paddingMode: PadMode.Circular), "[N, 2, 3]"),
        Over1("Conv1d, groups and same", static () => new Conv1d(2, 4, 3, padding: Padding.Same, groups: 2), "[N, 4, 5]"),
        Over3("Conv3d", static () => new Conv3d(2, 2, 2), "[N, 2, 1, 1, 2]"),
        Over3("Conv3d, no bias, groups", static () => new Conv3d(2, 4, (1, 2, 2), groups: 2, bias: false), "[N, 4, 2, 1, 2]"),
        Over3("Conv3d, stride and padding", static () => new Conv3d(2, 1, 2, stride: 2, padding: 1), "[N, 1, 2, 2, 2]"),
        Over3(
            "Conv3d, repeated", static () => new Conv3d(2, 1, (1, 1, 3), padding: (0, 0, 1), paddingMode: PadMode.Replicate),
            "[N, 1, 2, 2, 3]"),
        Over1("ConvTranspose1d", static () => new ConvTranspose1d(2, 3, 3), "[N, 3, 7]"),
        Over1(
            "ConvTranspose1d, stride and output padding",
            static () => new ConvTranspose1d(2, 2, 3, stride: 2, padding: 1, outputPadding: 1, bias: false), "[N, 2, 10]"),
        Over1(
            "ConvTranspose1d, groups and dilation", static () => new ConvTranspose1d(2, 4, 2, groups: 2, dilation: 2), "[N, 4, 7]"),
        Over2("ConvTranspose2d", static () => new ConvTranspose2d(2, 3, 2), "[N, 3, 4, 5]"),
        Over2(
            "ConvTranspose2d, stride and output padding",
            static () => new ConvTranspose2d(2, 1, 3, stride: (2, 1), padding: 1, outputPadding: (1, 0)), "[N, 1, 6, 4]"),
        Over2(
            "ConvTranspose2d, groups, no bias", static () => new ConvTranspose2d(2, 4, (1, 2), groups: 2, bias: false, dilation: 2),
            "[N, 4, 3, 6]"),
        Over3("ConvTranspose3d", static () => new ConvTranspose3d(2, 1, 2), "[N, 1, 3, 3, 4]"),
        Over3(
            "ConvTranspose3d, stride and groups",
            static () => new ConvTranspose3d(2, 2, (1, 2, 1), stride: (1, 2, 1), groups: 2, bias: false), "[N, 2, 2, 4, 3]"),
        Over1("LocallyConnected1d", static () => new LocallyConnected1d(2, 2, 5, 3), "[N, 2, 3]"),
        Over1(
            "LocallyConnected1d, stride and padding", static () => new LocallyConnected1d(2, 1, 5, 3, 2, 1, bias: false), "[N, 1, 3]"),
        Over2("LocallyConnected2d", static () => new LocallyConnected2d(2, 1, (3, 4), 2), "[N, 1, 2, 3]"),
        Over2(
            "LocallyConnected2d, dilation, no bias",
            static () => new LocallyConnected2d(2, 2, (3, 4), (1, 2), dilation: 2, bias: false), "[N, 2, 3, 2]"),
        Over1("SeparableConv1d", static () => new SeparableConv1d(2, 3, 3), "[N, 3, 3]"),
        Over1(
            "SeparableConv1d, multiplied, no bias", static () => new SeparableConv1d(2, 1, 2, 2, depthMultiplier: 2, bias: false),
            "[N, 1, 2]"),
        Over2("SeparableConv2d", static () => new SeparableConv2d(2, 3, 2), "[N, 3, 2, 3]"),
        Over2(
            "SeparableConv2d, multiplied and reflected",
            static () => new SeparableConv2d(2, 1, 3, padding: 1, depthMultiplier: 2, paddingMode: PadMode.Reflect), "[N, 1, 3, 4]"),
    ];

    private static CatalogEntry Over1(string name, Func<Layer> make, string output) =>
        Entry(name, make, static random => random.Normal(2, 2, 5), "[N, 2, L]", output, Tensor.Zeros(2, 3, 5));

    private static CatalogEntry Over2(string name, Func<Layer> make, string output) =>
        Entry(name, make, static random => random.Normal(2, 2, 3, 4), "[N, 2, H, W]", output, Tensor.Zeros(2, 3, 3, 4));

    private static CatalogEntry Over3(string name, Func<Layer> make, string output) =>
        Entry(name, make, static random => random.Normal(2, 2, 2, 2, 3), "[N, 2, D, H, W]", output, Tensor.Zeros(2, 3, 2, 2, 3));

    private static CatalogEntry Entry(
        string name, Func<Layer> make, Func<RandomInputs, Tensor> input, string shape, string output, Tensor otherChannels) =>
        CatalogEntry.Layer(name, make, input, new LayerCheckOptions
        {
            InputShapes = [shape],
            OutputShapes = [output],
            Unbatched = true,
            Rejects =
            [
                new Rejection("a wrong number of channels", "2", otherChannels),
                new Rejection("too few axes", "[", otherChannels.Select(0, 0).Select(0, 0).Clone()),
                new Rejection("too many axes", "[", otherChannels.Unsqueeze(0)),
            ],
        });
}
