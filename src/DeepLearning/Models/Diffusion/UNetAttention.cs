using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The attention of a diffusion U-Net (Ho, Jain and Abbeel 2020): every pixel attends to all of its image, x + proj(attention(norm(x))),
/// with 1×1 convolutions. [batch, channels, height, width] in and out. Keys of the state dictionary: <c>norm</c>, <c>qkv</c>, <c>proj</c>
/// (starts at 0).
/// </summary>
public sealed class UNetAttention : Layer
{
    private readonly int _heads;

    /// <summary>Makes the layer.</summary>
    /// <param name="channels">The channels; a multiple of the groups and of the heads.</param>
    /// <param name="groups">The groups of the norm.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A number is not positive, or the channels are not a multiple of groups and heads.</exception>
    public UNetAttention(int channels, int groups = 8, int heads = 1, Generator? generator = null)
    {
        BlockChecks.Heads(nameof(UNetAttention), channels, heads, nameof(heads));
        _heads = heads;
        Norm = new GroupNorm(groups, channels);
        Qkv = new Conv2d(channels, 3 * channels, 1, generator: generator);
        Proj = new Conv2d(channels, channels, 1, generator: generator);
        Initialize.Zeros(Proj.Weight);
        Initialize.Zeros(Proj.Bias!);
    }

    /// <summary>The norm.</summary>
    public GroupNorm Norm { get; }

    /// <summary>The projection to queries, keys and values.</summary>
    public Conv2d Qkv { get; }

    /// <summary>The projection of the result.</summary>
    public Conv2d Proj { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Proj.InChannels}, {_heads} heads";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        int channels = Proj.InChannels;
        BlockChecks.Shape(this, input, nameof(input), ("batch", -1), ("channels", channels), ("height", -1), ("width", -1));
        (int batch, int pixels) = (input.Size(0), input.Size(2) * input.Size(3));
        Tensor[] parts = Qkv.Forward(Norm.Forward(input)).Reshape(batch, 3, _heads, channels / _heads, pixels).Transpose(-1, -2).Chunk(3,
            1);
        Tensor attended = Tensor.ScaledDotProductAttention(parts[0].Squeeze(1), parts[1].Squeeze(1), parts[2].Squeeze(1));
        return input + Proj.Forward(attended.Transpose(-1, -2).Reshape(input.Shape.ToArray()));
    }
}
