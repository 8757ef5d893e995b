using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A block of a decoder that normalizes first: x = x + attention(ln_1(x)), x = x + mlp(ln_2(x)), the attention causal and in several heads,
/// the feed-forward part c_proj(gelu(c_fc(x))) of four times the width (Radford et al. 2019, "Language models are unsupervised multitask
/// learners": GPT-2). [batch, length, width] in and out.
/// </summary>
/// <remarks>Keys of the state dictionary: those of a block of nanoGPT.</remarks>
public sealed class GPTBlock : Module<Tensor, Tensor>
{
    private readonly GPTOptions _options;
    [Name("ln_1")]
    private readonly LayerNorm _ln1;
    private readonly GPTAttention _attn;
    [Name("ln_2")]
    private readonly LayerNorm _ln2;
    private readonly GPTFeedForward _mlp;

    /// <summary>Makes the block.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public GPTBlock(GPTOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        BlockChecks.Heads(nameof(GPTBlock), options.Width, options.NumHeads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.NumLayers);
        OptionChecks.Probability(options.Dropout, nameof(GPTBlock));
        _options = options;
        _ln1 = new LayerNorm(options.Width, bias: options.Bias, dtype: options.DType);
        _attn = new GPTAttention(options, generator);
        _ln2 = new LayerNorm(options.Width, bias: options.Bias, dtype: options.DType);
        _mlp = new GPTFeedForward(options, generator);
    }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{_options.Width}, {_options.NumHeads} heads{(_options.Bias ? "" : ", no bias")}";

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes the output.</summary>
    /// <param name="input">[batch, length, width].</param>
    /// <param name="cache">What the layer has seen of the positions before; the input's are added.</param>
    /// <returns>The output, of the input's shape.</returns>
    /// <exception cref="ShapeException">The input does not fit.</exception>
    /// <exception cref="InvalidOperationException">There is a cache, and the call is recorded.</exception>
    public Tensor Forward(Tensor input, KeyValueLayer? cache) => NamedCall.Of(this, (input, cache), static (self, given) =>
    {
        BlockChecks.Shape(self, given.input, "input", ("batch", -1), ("length", -1), ("width", self._options.Width));
        Tensor x = given.input + self._attn.Forward(self._ln1.Forward(given.input), given.cache);
        return x + self._mlp.Forward(self._ln2.Forward(x));
    });

    /// <summary>The deviation with which the last map of a branch starts: smaller the more branches are added up.</summary>
    internal static double BranchStd(GPTOptions options) => 0.02 / Math.Sqrt(2 * options.NumLayers);
}

/// <summary>Causal attention in several heads, with one projection for queries, keys and values.</summary>
internal sealed class GPTAttention : Module
{
    private readonly GPTOptions _options;
    private readonly Generator? _generator;
    private readonly Linear _cAttn;
    private readonly Linear _cProj;
    private readonly Dropout _residDropout;

    public GPTAttention(GPTOptions options, Generator? generator)
    {
        (_options, _generator) = (options, generator);
        _cAttn = WeightInit.Linear(options.Width, 3 * options.Width, options.Bias, 0.02, options.DType, generator);
        _cProj = WeightInit.Linear(options.Width, options.Width, options.Bias, GPTBlock.BranchStd(options), options.DType, generator);
        _residDropout = new Dropout(options.Dropout, generator);
    }

    public Tensor Forward(Tensor x, KeyValueLayer? cache)
    {
        using LayerCall call = new(this);
        Tensor[] parts = [.. _cAttn.Forward(x).Chunk(3, -1).Select(part => HeadAxes.Split(part, _options.NumHeads))];
        (Tensor q, Tensor k, Tensor v) = (parts[0], parts[1], parts[2]);
        int queries = x.Size(1), offset = cache?.Length ?? 0;
        if (cache is not null)
        {
            (k, v) = cache.Append(k, v);
        }

        Tensor? mask = offset > 0 && queries > 1 ? AttentionMasks.Causal(queries, offset + queries, x.Device) : null;
        Tensor attended = Tensor.ScaledDotProductAttention(
            q, k, v, mask, Training ? _options.Dropout : 0, isCausal: offset == 0, generator: _generator);
        return call.Gives(_residDropout.Forward(_cProj.Forward(HeadAxes.Join(attended))));
    }
}

/// <summary>c_proj(gelu(c_fc(x))).</summary>
internal sealed class GPTFeedForward : Layer
{
    private readonly Linear _cFc;
    private readonly bool _isApproximate;
    private readonly Linear _cProj;
    private readonly Dropout _dropout;

    public GPTFeedForward(GPTOptions options, Generator? generator)
    {
        _isApproximate = options.ApproximateGelu;
        _cFc = WeightInit.Linear(options.Width, 4 * options.Width, options.Bias, 0.02, options.DType, generator);
        _cProj = WeightInit.Linear(4 * options.Width, options.Width, options.Bias, GPTBlock.BranchStd(options), options.DType, generator);
        _dropout = new Dropout(options.Dropout, generator);
    }

    protected override Tensor Compute(Tensor input) =>
        _dropout.Forward(_cProj.Forward(_cFc.Forward(input).Gelu(_isApproximate)));
}
