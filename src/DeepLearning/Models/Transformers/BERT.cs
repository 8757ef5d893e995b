using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The encoder of Devlin et al. 2019, "BERT: pre-training of deep bidirectional transformers for language understanding": vectors of
/// tokens, segments and positions, <see cref="BERTLayer"/>s, and of the first token's result a summary tanh(dense(x)). Tokens [batch,
/// length] → hidden [batch, length, width] and pooled [batch, width].
/// </summary>
/// <remarks>
/// Keys of the state dictionary: those of <c>BertModel</c> in Hugging Face's transformers (<c>embeddings.word_embeddings.weight</c>,
/// <c>encoder.layer.0.attention.self.query.weight</c>, …). Starts normal with deviation 0.02, biases 0.
/// </remarks>
public sealed class BERT : Module<Tensor, (Tensor Hidden, Tensor Pooled)>
{
    private readonly BERTEmbeddings _embeddings;
    private readonly BERTEncoder _encoder;
    private readonly BERTPooler _pooler;

    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public BERT(BERTOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check(nameof(BERT));
        Options = options;
        _embeddings = new BERTEmbeddings(
            options.VocabSize, options.Width, options.MaxLength, options.NumSegments, options.Dropout, options.LayerNormEps, options.DType,
            generator);
        _encoder = new BERTEncoder(options, generator);
        _pooler = new BERTPooler(options, generator);
    }

    /// <summary>The sizes.</summary>
    public BERTOptions Options { get; }

    /// <summary>The layers.</summary>
    public IReadOnlyList<BERTLayer> Layers => _encoder.Layer;

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Options.NumLayers} layers, width {Options.Width}, {Options.NumHeads} heads, vocabulary {Options.VocabSize}";

    /// <summary>The table of tokens.</summary>
    internal Parameter Tokens => _embeddings.Tokens;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The tokens are not [batch, length].</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary, or the text is too long.</exception>
    public override (Tensor Hidden, Tensor Pooled) Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes hidden states and summary.</summary>
    /// <param name="tokens">The numbers of the tokens, [batch, length].</param>
    /// <param name="segments">The segment of each token, [batch, length]; 0 when null. HF's <c>token_type_ids</c>.</param>
    /// <param name="mask">True where there is a token, [batch, length]; everywhere when null. HF's <c>attention_mask</c>.</param>
    /// <returns>Hidden states, [batch, length, width], and of the first token tanh(dense(x)), [batch, width].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values, or tokens or segments are not whole numbers.</exception>
    /// <exception cref="IndexException">A token or a segment is out of range, or the text is too long.</exception>
    public (Tensor Hidden, Tensor Pooled) Forward(Tensor tokens, Tensor? segments, Tensor? mask = null) => NamedCall.Of(
        this, (tokens, segments, mask), static (self, x) =>
        {
            Tensor hidden = self._encoder.Forward(self._embeddings.Forward(self, x.tokens, x.segments, x.mask), x.mask);
            return (hidden, self._pooler.Forward(hidden));
        });
}

/// <summary>The layers, one after the other.</summary>
internal sealed class BERTEncoder(BERTOptions options, Generator? generator) : Module
{
    public ModuleList<BERTLayer> Layer { get; } =
        new(Enumerable.Range(0, options.NumLayers).Select(_ => new BERTLayer(options, generator)));

    public Tensor Forward(Tensor x, Tensor? mask)
    {
        using LayerCall call = new(this);
        foreach (BERTLayer layer in Layer)
        {
            x = layer.Forward(x, mask);
        }

        return call.Gives(x);
    }
}

/// <summary>tanh(dense(x)) of the first position.</summary>
internal sealed class BERTPooler(BERTOptions options, Generator? generator) : Layer
{
    private readonly Linear _dense = WeightInit.Linear(options.Width, options.Width, true, BERTOptions.Std, options.DType, generator);

    protected override Tensor Compute(Tensor input) => _dense.Forward(input.Select(1, 0)).Tanh();
}
