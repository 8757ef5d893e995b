namespace DeepLearning.Models;

/// <summary>What a <see cref="ResNet"/> is made of.</summary>
/// <param name="Layers">The blocks of each stage; channels double and sides halve from stage to stage.</param>
/// <param name="Bottleneck">Whether blocks are <see cref="Models.Bottleneck"/>s.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="InChannels">The channels of the image.</param>
/// <param name="Width">The channels of the first stage.</param>
/// <param name="SmallImages">Whether the network begins with a 3×3 convolution; else with 7×7 of stride 2 and pooling.</param>
/// <param name="Shortcut">How the way past a block fits its output.</param>
public sealed record ResNetOptions(
    IReadOnlyList<int> Layers, bool Bottleneck = false, int Classes = 1000, int InChannels = 3, int Width = 64, bool SmallImages = false,
    ResNetShortcut Shortcut = ResNetShortcut.Projection)
{
    /// <summary>The stages, the block and the sizes.</summary>
    public override string ToString() =>
        $"ResNetOptions([{string.Join(", ", Layers)}] {(Bottleneck ? "bottlenecks" : "basic blocks")}, {InChannels} channels in, "
            + $"width {Width}, {Classes} classes, {Shortcut} shortcuts{(SmallImages ? ", small images" : "")})";
}
