using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A linear layer with a low-rank adapter (Hu et al. 2022, "LoRA: low-rank adaptation of large language models"):
/// y = x Wᵀ + b + α/r · drop(x) Aᵀ Bᵀ, where W and b stay as they are and A [r, in] and B [out, r] are trained. B starts at 0, so that
/// the layer begins as the one it adapts.
/// </summary>
/// <remarks>
/// [.., in] in, [.., out] out. Keys of the state dictionary: <c>base_layer.weight</c>, <c>base_layer.bias</c>, <c>lora_a</c>,
/// <c>lora_b</c>. A saved state is that of the parts: <see cref="Unmerge"/> before saving.
/// </remarks>
public sealed class LoRALinear : Layer
{
    private readonly Generator? _generator;

    /// <summary>Adapts a layer, whose parameters stop training.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rank">r.</param>
    /// <param name="alpha">α.</param>
    /// <param name="dropout">The probability that an element of the adapter's input is dropped in training.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rank or α is not positive, or the probability is not from 0 to 1.</exception>
    public LoRALinear(Linear layer, int rank = 8, double alpha = 16, double dropout = 0, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        OptionChecks.Probability(dropout, nameof(LoRALinear));
        (BaseLayer, Scale, Dropout, _generator) = (layer, alpha / rank, dropout, generator);
        layer.Freeze("*");
        DType dtype = layer.Weight.DType;
        LoraA = new Parameter(Initialize.KaimingUniform(
            Tensor.Empty([rank, layer.InFeatures], dtype, layer.Weight.Device), Math.Sqrt(5), generator: generator));
        LoraB = new Parameter(Tensor.Zeros([layer.OutFeatures, rank], dtype, layer.Weight.Device));
    }

    /// <summary>The layer that is adapted.</summary>
    public Linear BaseLayer { get; }

    /// <summary>A, [r, in].</summary>
    public Parameter LoraA { get; set; }

    /// <summary>B, [out, r].</summary>
    public Parameter LoraB { get; set; }

    /// <summary>α/r.</summary>
    public double Scale { get; }

    /// <summary>The probability that an element of the adapter's input is dropped in training.</summary>
    public double Dropout { get; }

    /// <summary>Whether the layer's weight has the adapter in it.</summary>
    public bool IsMerged { get; private set; }

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant(
        $"{BaseLayer.InFeatures}→{BaseLayer.OutFeatures}, rank {LoraA.Size(0)}, scale {Scale}{(IsMerged ? ", merged" : "")}");

    /// <summary>Adds the adapter to the layer's weight, so that it costs nothing more; does nothing where it is there.</summary>
    public void Merge() => Move(true);

    /// <summary>Takes the adapter out of the layer's weight again (up to rounding); does nothing where it is not there.</summary>
    public void Unmerge() => Move(false);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        BlockChecks.Width(this, input, nameof(input), BaseLayer.InFeatures);
        Tensor y = BaseLayer.Forward(input);
        return IsMerged ? y : y + (input.Dropout(Dropout, Training, _generator).Linear(LoraA).Linear(LoraB) * Scale);
    }

    private void Move(bool merged)
    {
        if (IsMerged != merged)
        {
            using GradMode.Region none = GradMode.NoGrad();
            BaseLayer.Weight.AddInPlace(LoraB.MatMul(LoraA), merged ? Scale : -Scale);
            IsMerged = merged;
        }
    }
}
