using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A feature pyramid (Lin et al. 2017, "Feature pyramid networks for object detection"): each level's features, brought to one number of
/// channels by 1×1 convolutions, get those of the next coarser level added, enlarged to the nearest pixel; 3×3 convolutions follow.
/// </summary>
/// <remarks>
/// Tensors [batch, channels of the level, height, width], finest first, in; as many [batch, out, height, width] out. Keys of the state
/// dictionary: <c>inner_blocks.0.0.weight</c> …, <c>layer_blocks.0.0.weight</c> …, as torchvision's.
/// </remarks>
public sealed class FeaturePyramid : Module<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>
{
    /// <summary>Makes the pyramid.</summary>
    /// <param name="inChannels">The channels of each level, finest first.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">There is no level, or a number is not positive.</exception>
    public FeaturePyramid(IReadOnlyList<int> inChannels, int outChannels = 256, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(inChannels);
        if (inChannels.Count == 0)
        {
            throw new ArgumentException(
                $"{nameof(FeaturePyramid)}: there is no level; give the channels of one at least.", nameof(inChannels));
        }

        InnerBlocks = new ModuleList<Sequential>(inChannels.Select(
            channels => new Sequential(new Conv2d(channels, outChannels, 1, generator: generator))));
        LayerBlocks = new ModuleList<Sequential>(inChannels.Select(
            _ => new Sequential(new Conv2d(outChannels, outChannels, 3, padding: 1, generator: generator))));
        foreach (Conv2d conv in Modules().OfType<Conv2d>())
        {
            Initialize.KaimingUniform(conv.Weight, 1, generator: generator);
            Initialize.Zeros(conv.Bias!);
        }
    }

    /// <summary>The 1×1 convolutions.</summary>
    public ModuleList<Sequential> InnerBlocks { get; }

    /// <summary>The 3×3 convolutions.</summary>
    public ModuleList<Sequential> LayerBlocks { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{InnerBlocks.Count} levels";

    /// <inheritdoc/>
    /// <exception cref="ShapeException">There are other levels than the pyramid has, or one has other channels.</exception>
    public override IReadOnlyList<Tensor> Forward(IReadOnlyList<Tensor> input) => NamedCall.Of(this, input, static (self, levels) =>
    {
        ArgumentNullException.ThrowIfNull(levels, nameof(input));
        if (levels.Count != self.InnerBlocks.Count)
        {
            throw new ShapeException($"{self.Kind}: {levels.Count} levels are given; there must be {self.InnerBlocks.Count}.");
        }

        Tensor[] outputs = new Tensor[levels.Count];
        Tensor? coarser = null;
        for (int level = levels.Count - 1; level >= 0; level--)
        {
            VisionInit.Image(self, levels[level], ((Conv2d)self.InnerBlocks[level][0]).InChannels);
            Tensor inner = self.InnerBlocks[level].Forward(levels[level]);
            coarser = coarser is null ? inner : inner + coarser.Interpolate((inner.Size(2), inner.Size(3)));
            outputs[level] = self.LayerBlocks[level].Forward(coarser);
        }

        return outputs;
    });
}
