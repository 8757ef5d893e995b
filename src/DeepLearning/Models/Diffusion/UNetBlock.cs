using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The residual block of a diffusion U-Net (Ho, Jain and Abbeel 2020, appendix B): x + conv(dropout(silu(norm(conv(silu(norm(x))) + map of
/// the time)))), with group norms and 3×3 convolutions; a 1×1 one on the way past where channels change.
/// </summary>
/// <remarks>
/// [batch, in, height, width] and the time's vector [batch, time] in; [batch, out, height, width] out. Keys of the state dictionary:
/// <c>norm1</c>, <c>conv1</c>, <c>time</c>, <c>norm2</c>, <c>conv2</c> (starts at 0), <c>shortcut</c>.
/// </remarks>
public sealed class UNetBlock : Module<Tensor, Tensor, Tensor>
{
    private readonly double _dropout;
    private readonly Generator? _generator;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">The channels of the input; a multiple of the groups.</param>
    /// <param name="outChannels">The channels of the output; a multiple of the groups.</param>
    /// <param name="timeWidth">The length of the time's vector.</param>
    /// <param name="groups">The groups of the norms.</param>
    /// <param name="dropout">The probability that an element is dropped in training.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A number is not positive, or channels are not a multiple of the groups.</exception>
    public UNetBlock(
        int inChannels, int outChannels, int timeWidth, int groups = 8, double dropout = 0, Generator? generator = null)
    {
        OptionChecks.Probability(dropout, nameof(UNetBlock));
        (_dropout, _generator) = (dropout, generator);
        Norm1 = new GroupNorm(groups, inChannels);
        Conv1 = new Conv2d(inChannels, outChannels, 3, padding: 1, generator: generator);
        Time = new Linear(timeWidth, outChannels, generator: generator);
        Norm2 = new GroupNorm(groups, outChannels);
        Conv2 = new Conv2d(outChannels, outChannels, 3, padding: 1, generator: generator);
        Initialize.Zeros(Conv2.Weight);
        Initialize.Zeros(Conv2.Bias!);
        Shortcut = inChannels == outChannels ? null : new Conv2d(inChannels, outChannels, 1, generator: generator);
    }

    /// <summary>The norm of the input.</summary>
    public GroupNorm Norm1 { get; }

    /// <summary>The first convolution.</summary>
    public Conv2d Conv1 { get; }

    /// <summary>The map of the time.</summary>
    public Linear Time { get; }

    /// <summary>The norm between the convolutions.</summary>
    public GroupNorm Norm2 { get; }

    /// <summary>The second convolution.</summary>
    public Conv2d Conv2 { get; }

    /// <summary>The way past, or null where channels stay.</summary>
    public Conv2d? Shortcut { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{Conv1.InChannels}→{Conv1.OutChannels}, time {Time.InFeatures}";

    /// <summary>Computes the block.</summary>
    /// <param name="first">x, [batch, in, height, width].</param>
    /// <param name="second">The time's vector, [batch, time].</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => NamedCall.Of(this, (first, second), static (self, given) =>
    {
        (Tensor x, Tensor time) = given;
        BlockChecks.Shape(self, x, "x", ("batch", -1), ("channels", self.Conv1.InChannels), ("height", -1), ("width", -1));
        BlockChecks.Shape(self, time, "time", ("batch", x.Size(0)), ("width", self.Time.InFeatures));
        Tensor h = self.Conv1.Forward(self.Norm1.Forward(x).Silu());
        h += self.Time.Forward(time.Silu()).Unsqueeze(-1).Unsqueeze(-1);
        h = self.Norm2.Forward(h).Silu().Dropout(self._dropout, self.Training, self._generator);
        return self.Conv2.Forward(h) + (self.Shortcut is null ? x : self.Shortcut.Forward(x));
    });
}
