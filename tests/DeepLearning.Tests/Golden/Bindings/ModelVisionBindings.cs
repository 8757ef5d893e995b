using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Tests.Golden;

internal static class ModelVisionBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["BasicBlock"] = c => Network(c, new BasicBlock(c.Int("inner"), 2, c.Int("stride"), Shortcut(c))),
        ["Bottleneck"] = c => Network(c, new Bottleneck(c.Int("inner"), 2, c.Int("stride"), Shortcut(c))),
        ["ResNet"] = c => Network(c, new ResNet(new ResNetOptions(
            c.Ints("layers"), c.Bool("bottleneck"), 3, 1, 2, c.Bool("small"), Shortcut(c)))),
        ["InceptionBlock"] = c => Network(c, new InceptionBlock(2, 1, 2, 3, 1, 2, 1, c.Int("kernel"))),
        ["VGG"] = c => Network(c, new VGG([[2], [3, 2]], 3, c.Bool("norm"), 1, 4, dropout: 0)),
        ["DepthwiseSeparableBlock"] = c => Network(c, new DepthwiseSeparableBlock(2, 3, c.Int("stride"))),
        ["InvertedResidual"] = c => Network(c, new InvertedResidual(2, c.Int("outer"), c.Int("stride"), c.Int("expand"))),
        ["SqueezeExcitation"] = c => Network(c, new SqueezeExcitation(3, 2)),
        ["FeaturePyramid"] = c =>
            [.. c.Loaded(new FeaturePyramid([2, 3, 4], 2)).Forward([c.Input("input0"), c.Input("input1"), c.Input("input2")])],
        ["Boxes.IoU"] = c => [Boxes.IoU(c.Input("first"), c.Input("second"))],
        ["Boxes.GIoU"] = c => [Boxes.GIoU(c.Input("first"), c.Input("second"))],
        ["Boxes.GIoULoss"] = c => [Boxes.GIoULoss(c.Input("first"), c.Input("second"))],
        ["Boxes.NonMaximumSuppression"] = c => [Boxes.NonMaximumSuppression(c.Input("boxes"), c.Input("scores"), c.Double("threshold"))],
        ["Anchors.Match"] = c =>
        [
            Anchors.Match(c.Input("anchors"), c.Input("boxes"), c.Double("foreground"), c.Double("background"),
                c.Bool("every_box")).Indices,
        ],
        ["MultiBox.Match"] = c => [MultiBox.Match(c.Input("anchors"), c.Input("boxes"), c.Double("threshold")).Indices],
        ["MultiBox.Targets"] = c =>
        {
            MultiBoxTargets targets =
                MultiBox.Targets(c.Input("anchors"), c.Input("boxes"), c.Input("classes"), c.Double("threshold"));
            return [targets.Differences, targets.Classes];
        },
        ["MultiBox.Loss"] = c =>
        {
            MultiBoxLoss loss = MultiBox.Loss(
                c.Input("differences"), c.Input("logits"), c.Input("target"), c.Input("classes"), c.Double("negatives"));
            return [loss.Boxes, loss.Classes];
        },
        ["MultiBox.Detect"] = c =>
        {
            Detections found = MultiBox.Detect(
                c.Input("differences"), c.Input("logits"), c.Input("anchors"), c.Double("height"), c.Double("width"), c.Double("score"),
                c.Double("overlap_allowed"), c.Int("candidates"), c.Int("most"));
            return [found.Boxes, found.Scores, found.Classes];
        },
        ["Anchors.Encode"] = c => [Anchors.Encode(c.Input("boxes"), c.Input("anchors"), c.Double("center"), c.Double("size"))],
        ["Anchors.Decode"] = c => [Anchors.Decode(c.Input("differences"), c.Input("anchors"), c.Double("center"), c.Double("size"))],
    };

    /// <summary>The output, and in training the running figures after the call.</summary>
    private static Tensor[] Network(GoldenCall c, Module<Tensor, Tensor> network)
    {
        Tensor output = c.Loaded(network).Forward(c.Input("input"));
        Dictionary<string, Tensor> buffers = network.NamedBuffers().ToDictionary(static b => b.Name, static b => b.Buffer);
        IEnumerable<Tensor> figures = c.Case.Names
            .Where(name => buffers.ContainsKey(name) && !name.EndsWith("tracked", StringComparison.Ordinal)).Select(name => buffers[name]);
        return network.Training ? [output, .. figures] : [output];
    }

    private static ResNetShortcut Shortcut(GoldenCall c) => c.Bool("padding") ? ResNetShortcut.Padding : ResNetShortcut.Projection;
}
