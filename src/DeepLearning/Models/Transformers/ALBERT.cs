using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A small BERT (Lan et al. 2020, "ALBERT: a lite BERT for self-supervised learning of language representations"): the vectors of tokens
/// are narrow and are mapped to the width (factorised embedding), and all layers are one, applied again and again. Tokens [batch, length] →
/// hidden [batch, length, width] and pooled [batch, width], tanh(dense(x)) of the first token.
/// </summary>
/// <remarks>
/// Keys of the state dictionary: those of <c>AlbertModel</c> in Hugging Face's transformers
/// (<c>encoder.albert_layer_groups.0.albert_layers.0.attention.query.weight</c>, …). GELU is approximated by a tanh, as there.
/// </remarks>
public sealed class ALBERT : Module<Tensor, (Tensor Hidden, Tensor Pooled)>
{
    private readonly BERTEmbeddings _embeddings;
    private readonly ALBERTEncoder _encoder;
    private readonly Linear _pooler;

    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public ALBERT(ALBERTOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        BlockChecks.Heads(nameof(ALBERT), options.Width, options.NumHeads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.VocabSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.EmbeddingWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.NumLayers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Intermediate);
        OptionChecks.Probability(options.Dropout, nameof(ALBERT));
        Options = options;
        _embeddings = new BERTEmbeddings(
            options.VocabSize, options.EmbeddingWidth, options.MaxLength, options.NumSegments, options.Dropout, options.LayerNormEps,
            options.DType, generator);
        _encoder = new ALBERTEncoder(options, generator);
        _pooler = WeightInit.Linear(options.Width, options.Width, true, BERTOptions.Std, options.DType, generator);
    }

    /// <summary>The sizes.</summary>
    public ALBERTOptions Options { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Options.NumLayers} times a layer, width {Options.Width}, {Options.NumHeads} heads, vocabulary {Options.VocabSize}";

    /// <summary>The table of tokens.</summary>
    internal Parameter Tokens => _embeddings.Tokens;

    /// <inheritdoc/>
    public override (Tensor Hidden, Tensor Pooled) Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes hidden states and summary.</summary>
    /// <param name="tokens">The numbers of the tokens, [batch, length].</param>
    /// <param name="segments">The segment of each token, [batch, length]; 0 when null.</param>
    /// <param name="mask">True where there is a token, [batch, length]; everywhere when null.</param>
    /// <returns>Hidden states, [batch, length, width], and the summary, [batch, width].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values, or tokens or segments are not whole numbers.</exception>
    /// <exception cref="IndexException">A token or a segment is out of range, or the text is too long.</exception>
    public (Tensor Hidden, Tensor Pooled) Forward(Tensor tokens, Tensor? segments, Tensor? mask = null) => NamedCall.Of(
        this, (tokens, segments, mask), static (self, x) =>
        {
            Tensor hidden = self._encoder.Forward(self._embeddings.Forward(self, x.tokens, x.segments, x.mask), x.mask);
            return (hidden, self._pooler.Forward(hidden.Select(1, 0)).Tanh());
        });
}

/// <summary>The map to the width, and the one layer, as often as asked for.</summary>
internal sealed class ALBERTEncoder : Module
{
    private readonly int _times;
    private readonly Linear _embeddingHiddenMappingIn;
    private readonly ModuleList<ALBERTGroup> _albertLayerGroups;

    public ALBERTEncoder(ALBERTOptions options, Generator? generator)
    {
        _times = options.NumLayers;
        _embeddingHiddenMappingIn =
            WeightInit.Linear(options.EmbeddingWidth, options.Width, true, BERTOptions.Std, options.DType, generator);
        _albertLayerGroups = new ModuleList<ALBERTGroup>(new ALBERTGroup(options, generator));
    }

    public Tensor Forward(Tensor embedded, Tensor? mask)
    {
        using LayerCall call = new(this);
        Tensor x = _embeddingHiddenMappingIn.Forward(embedded);
        for (int time = 0; time < _times; time++)
        {
            x = _albertLayerGroups[0].AlbertLayers[0].Forward(x, mask);
        }

        return call.Gives(x);
    }
}

/// <summary>Layers that are repeated together: one.</summary>
internal sealed class ALBERTGroup(ALBERTOptions options, Generator? generator) : Module
{
    public ModuleList<ALBERTLayer> AlbertLayers { get; } = new(new ALBERTLayer(options, generator));
}

/// <summary>x = norm(x + dense(attention(x))), x = norm(x + ffn_output(gelu(ffn(x)))).</summary>
internal sealed class ALBERTLayer : Module
{
    private readonly LayerNorm _fullLayerLayerNorm;
    private readonly ALBERTAttention _attention;
    private readonly Linear _ffn;
    private readonly Linear _ffnOutput;
    private readonly Dropout _dropout;

    public ALBERTLayer(ALBERTOptions options, Generator? generator)
    {
        _fullLayerLayerNorm = new LayerNorm(options.Width, options.LayerNormEps, dtype: options.DType);
        _attention = new ALBERTAttention(options, generator);
        _ffn = WeightInit.Linear(options.Width, options.Intermediate, true, BERTOptions.Std, options.DType, generator);
        _ffnOutput = WeightInit.Linear(options.Intermediate, options.Width, true, BERTOptions.Std, options.DType, generator);
        _dropout = new Dropout(options.Dropout, generator);
    }

    public Tensor Forward(Tensor input, Tensor? mask)
    {
        using LayerCall call = new(this);
        Tensor x = _attention.Forward(input, mask);
        return call.Gives(_fullLayerLayerNorm.Forward(x + _dropout.Forward(_ffnOutput.Forward(_ffn.Forward(x).Gelu(approximate: true)))));
    }
}

/// <summary>norm(x + dropout(dense(attention(x)))).</summary>
internal sealed class ALBERTAttention(ALBERTOptions options, Generator? generator) : Module
{
    private readonly Linear _query = New(options, generator);
    private readonly Linear _key = New(options, generator);
    private readonly Linear _value = New(options, generator);
    private readonly Linear _dense = New(options, generator);
    [Name("LayerNorm")]
    private readonly LayerNorm _norm = new(options.Width, options.LayerNormEps, dtype: options.DType);
    private readonly Dropout _dropout = new(options.Dropout, generator);
    private readonly int _heads = options.NumHeads;
    private readonly double _attentionDropout = options.Dropout;
    private readonly Generator? _generator = generator;

    public Tensor Forward(Tensor x, Tensor? mask)
    {
        using LayerCall call = new(this);
        Tensor attended = Tensor.ScaledDotProductAttention(
            HeadAxes.Split(_query.Forward(x), _heads), HeadAxes.Split(_key.Forward(x), _heads), HeadAxes.Split(_value.Forward(x), _heads),
            AttentionMasks.OfTokens(mask), Training ? _attentionDropout : 0, generator: _generator);
        return call.Gives(_norm.Forward(x + _dropout.Forward(_dense.Forward(HeadAxes.Join(attended)))));
    }

    private static Linear New(ALBERTOptions options, Generator? generator) =>
        WeightInit.Linear(options.Width, options.Width, true, BERTOptions.Std, options.DType, generator);
}
