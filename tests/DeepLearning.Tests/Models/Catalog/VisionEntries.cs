using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Models.Catalog;

/// <summary>Blocks and networks over images of one or two channels, with the fewest channels.</summary>
internal static class VisionEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Image("BasicBlock", static () => new BasicBlock(2, 2), "[2, 2, 4, 4]"),
        Image("BasicBlock, stride", static () => new BasicBlock(2, 3, 2), "[2, 3, 2, 2]"),
        Image("BasicBlock, padding", static () => new BasicBlock(2, 3, 2, ResNetShortcut.Padding), "[2, 3, 2, 2]"),
        Image("Bottleneck", static () => new Bottleneck(2, 2), "[2, 8, 4, 4]"),
        Image(
            "ResNet", static () => new ResNet(new ResNetOptions([1, 1], Classes: 2, InChannels: 2, Width: 1, SmallImages: true)), "[2, 2]"),
        Image(
            "ResNet, large images, bottlenecks",
            static () => new ResNet(new ResNetOptions([1], Bottleneck: true, Classes: 2, InChannels: 2, Width: 1)), "[2, 2]", 9),
        Image("VGG", static () => new VGG([[1], [1]], 2, batchNorm: true, inChannels: 2, hidden: 1), "[2, 2]"),
        Image("InceptionBlock", static () => new InceptionBlock(2, 1, 1, 2, 1, 1, 1), "[2, 5, 4, 4]"),
        Image("InceptionConv", static () => new InceptionConv(2, 1, 3), "[2, 1, 4, 4]"),
        Image("SqueezeExcitation", static () => new SqueezeExcitation(2, 3), "[2, 2, 4, 4]"),
        Image("DepthwiseSeparableBlock", static () => new DepthwiseSeparableBlock(2, 3, 2), "[2, 3, 2, 2]"),
        Image("InvertedResidual", static () => new InvertedResidual(2, 2, expandRatio: 2), "[2, 2, 4, 4]"),
        Image("InvertedResidual, stride, no expansion", static () => new InvertedResidual(2, 3, 2, 1), "[2, 3, 2, 2]"),
        CatalogEntry.Layer(
            "FeaturePyramid", static () => new FeaturePyramid([1, 2], 2),
            static random => (IReadOnlyList<Tensor>)[random.Normal(2, 1, 4, 3), random.Normal(2, 2, 2, 2)],
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 2, 4, 3]", "[2, 2, 2, 2]"],
                Rejects = [new Rejection("other channels", "[batch, 1, height, width]", Tensor.Zeros(2, 2, 4, 3), null)],
            }),
    ];

    private static CatalogEntry Image(string name, Func<Layer> make, string output, int side = 4) => CatalogEntry.Layer(
        name, () => make().Started(), random => random.Normal(2, 2, side, side),
        new LayerCheckOptions
        {
            OutputShapes = [output],
            Rejects =
            [
                new Rejection("other channels", "[batch, 2, height, width]", Tensor.Zeros(2, 5, side, side)),
                new Rejection("no batch", "[batch, 2, height, width]", Tensor.Zeros(2, side, side)),
            ],
        });
}
