using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A language model of <see cref="GPTBlock"/>s: token and position vectors, the blocks, a normalization, and a head whose weight is the
/// table of tokens (Radford et al. 2018, "Improving language understanding by generative pre-training"; 2019, GPT-2).
/// Tokens [batch, length] → logits [batch, length, vocabulary] of what comes behind each.
/// </summary>
/// <remarks>
/// Keys of the state dictionary: those of nanoGPT (<c>transformer.wte.weight</c>, <c>transformer.h.0.attn.c_attn.weight</c>, …,
/// <c>lm_head.weight</c>, which is the first again). Starts as nanoGPT does: normal, deviation 0.02, the last map of each branch
/// 0.02 / √(2 · layers). The loss is <c>Loss.CrossEntropy(logits.Flatten(0, 1), targets.Flatten())</c>.
/// </remarks>
public sealed class GPT : Module<Tensor, Tensor>
{
    private readonly GPTBody _transformer;

    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public GPT(GPTOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.VocabSize);
        Options = options;
        _transformer = new GPTBody(options, generator);
        LmHead = new Linear(options.Width, options.VocabSize, bias: false, options.DType, generator) { Weight = _transformer.Wte.Weight };
    }

    /// <summary>The sizes.</summary>
    public GPTOptions Options { get; }

    /// <summary>The head, whose weight is the table of tokens.</summary>
    public Linear LmHead { get; }

    /// <summary>The blocks.</summary>
    public IReadOnlyList<GPTBlock> Blocks => _transformer.H;

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Options.NumLayers} layers, width {Options.Width}, {Options.NumHeads} heads, vocabulary {Options.VocabSize}, "
        + $"block {Options.BlockSize}";

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The tokens are not [batch, length].</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary, or the text is longer than the block.</exception>
    public override Tensor Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes the logits.</summary>
    /// <param name="tokens">The numbers of the tokens, [batch, length].</param>
    /// <param name="cache">What the model has seen of the positions before; these are added. See <see cref="NewCache"/>.</param>
    /// <returns>The logits, [batch, length, vocabulary].</returns>
    /// <exception cref="ShapeException">The tokens are not [batch, length].</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary, or the text is longer than the block.</exception>
    /// <exception cref="InvalidOperationException">There is a cache, and the call is recorded.</exception>
    public Tensor Forward(Tensor tokens, KeyValueCache? cache) => NamedCall.Of(
        this, (tokens, cache), static (self, x) => self.LmHead.Forward(self._transformer.Forward(self, x.tokens, x.cache)));

    /// <summary>A cache that fits the model.</summary>
    public KeyValueCache NewCache() => new(Options.NumLayers);

    /// <summary>
    /// What <see cref="Decoding"/> goes on with: it computes new tokens alone, from kept keys and values, as long as the text is no longer
    /// than the block; beyond, the last <see cref="GPTOptions.BlockSize"/> tokens anew each time.
    /// </summary>
    /// <returns>The decoder, for one run.</returns>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    public INextToken Decoder()
    {
        if (Training)
        {
            throw new InvalidOperationException($"{LabelInModel()}: decode in evaluation mode; call Eval() first.");
        }

        return new CachedDecoder(this);
    }

    /// <summary>Goes on with texts by <see cref="Decoding.Sample"/>.</summary>
    /// <param name="prompt">The tokens to begin with, at least one, [rows, length].</param>
    /// <param name="maxNewTokens">The most tokens to add.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="topK">How many of the likeliest may be drawn; all when null.</param>
    /// <param name="topP">The probability that those that may be drawn reach together; all when null.</param>
    /// <param name="endToken">The token that ends a row; none ends when null.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The prompt and what was added, [rows, length + added].</returns>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    public Tensor Generate(
        Tensor prompt, int maxNewTokens, double temperature = 1, int? topK = null, double? topP = null, long? endToken = null,
        Generator? generator = null) =>
        Decoding.Sample(Decoder(), prompt, maxNewTokens, temperature, topK, topP, endToken, generator);

    private sealed class CachedDecoder(GPT model) : INextToken
    {
        private readonly KeyValueCache _cache = model.NewCache();

        public Tensor NextLogits(Tensor tokens)
        {
            ArgumentNullException.ThrowIfNull(tokens);
            int length = tokens.Size(1), block = model.Options.BlockSize;
            Tensor hidden = length <= block
                ? model._transformer.Forward(model, tokens.Narrow(1, _cache.Length, length - _cache.Length), _cache)
                : model._transformer.Forward(model, tokens.Narrow(1, length - block, block), null);
            return model.LmHead.Forward(hidden.Select(1, -1));
        }

        public void Reorder(Tensor rows) => _cache.Reorder(rows);
    }
}

/// <summary>Token and position vectors, the blocks and the last normalization.</summary>
internal sealed class GPTBody : Module
{
    private readonly LearnedPositions _wpe;
    private readonly Dropout _drop;
    private readonly LayerNorm _lnF;

    public GPTBody(GPTOptions options, Generator? generator)
    {
        Wte = WeightInit.Embedding(options.VocabSize, options.Width, 0.02, options.DType, generator);
        _wpe = new LearnedPositions(options.BlockSize, options.Width, 0.02, options.DType, generator);
        _drop = new Dropout(options.Dropout, generator);
        H = new ModuleList<GPTBlock>(Enumerable.Range(0, options.NumLayers).Select(_ => new GPTBlock(options, generator)));
        _lnF = new LayerNorm(options.Width, bias: options.Bias, dtype: options.DType);
    }

    public Embedding Wte { get; }

    public ModuleList<GPTBlock> H { get; }

    public Tensor Forward(GPT model, Tensor tokens, KeyValueCache? cache)
    {
        BlockChecks.Tokens(model, tokens);
        KeyValueCache.CheckCount(cache, H.Count, model.Kind);
        using LayerCall call = new(this);
        Tensor x = _drop.Forward(_wpe.Forward(Wte.Forward(tokens), cache?.Length ?? 0));
        for (int layer = 0; layer < H.Count; layer++)
        {
            x = H[layer].Forward(x, cache?[layer]);
        }

        return call.Gives(_lnF.Forward(x));
    }
}
