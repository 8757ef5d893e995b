using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// Normalizes groups of channels of each sample, [batch, channels, ..]: y = (x − mean) / √(variance + eps) · weight + bias, with the biased
/// variance. Starts with weight 1 and bias 0, as PyTorch's <c>nn.GroupNorm</c> (Wu and He, "Group normalization", 2018).
/// </summary>
public sealed class GroupNorm : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="numGroups">The number of groups.</param>
    /// <param name="numChannels">The length of the input's axis 1; a multiple of the groups.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="affine">Whether there are a weight and a bias.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <exception cref="ArgumentException">The groups are below 1, or the channels no multiple of them.</exception>
    public GroupNorm(int numGroups, int numChannels, double eps = 1e-5, bool affine = true, DType dtype = DType.Float32)
    {
        OptionChecks.Floating(dtype, nameof(GroupNorm));
        OptionChecks.AtLeast(numGroups, 1, nameof(GroupNorm));
        OptionChecks.AtLeast(numChannels, 0, nameof(GroupNorm));
        if (numChannels % numGroups != 0)
        {
            throw new ArgumentException(
                $"GroupNorm: {numChannels} channels cannot be cut into {numGroups} groups; they must be a multiple of it.",
                nameof(numChannels));
        }

        (NumGroups, NumChannels, Eps) = (numGroups, numChannels, OptionChecks.Eps(eps, "GroupNorm"));
        if (affine)
        {
            Weight = new Parameter(Tensor.Ones([numChannels], dtype));
            Bias = new Parameter(Tensor.Zeros([numChannels], dtype));
        }
    }

    /// <summary>The number of groups.</summary>
    public int NumGroups { get; }

    /// <summary>The length of the input's axis 1.</summary>
    public int NumChannels { get; }

    /// <summary>Added to the variance.</summary>
    public double Eps { get; }

    /// <summary>The factor of each channel, or null.</summary>
    public Parameter? Weight { get; set; }

    /// <summary>What is added to each channel, or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => string.Create(
        CultureInfo.InvariantCulture, $"{NumGroups} groups of {NumChannels}, eps={Eps}{(Weight is null ? ", no affine" : "")}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Rank < 2 || input.Size(1) != NumChannels
        ? throw new ShapeException(
            $"GroupNorm: an input {input.Shape} does not fit {NumChannels} channels; it must be [batch, {NumChannels}, ..].")
        : input.GroupNorm(NumGroups, Weight, Bias, Eps);
}
