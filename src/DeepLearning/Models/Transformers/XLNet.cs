using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A permutation language model (Yang et al. 2019, "XLNet: generalized autoregressive pretraining for language understanding"): tokens are
/// predicted one after the other in any order, each from those before it in that order and from its own position. Two streams share their
/// weights: the content stream sees a position's own token, the query stream only where it stands. Tokens and order [batch, length] →
/// logits [batch, length, vocabulary] of the token at each position itself.
/// </summary>
/// <remarks>
/// Positions are relative, as Transformer-XL's (Dai et al. 2019). A position that is predicted first sees nothing and has only its place to
/// go by; usually the loss is that of the last positions of the order alone. Keys of the state dictionary: those of <c>XLNetLMHeadModel</c>
/// in Hugging Face's transformers (<c>transformer.layer.0.rel_attn.q</c>, …, <c>lm_loss.weight</c>, which is the table of tokens).
/// </remarks>
public sealed class XLNet : Module<Tensor, Tensor, Tensor>
{
    private readonly XLNetBody _transformer;
    private readonly Linear _lmLoss;

    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width, or the width is odd.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public XLNet(XLNetOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        BlockChecks.Heads(nameof(XLNet), options.Width, options.NumHeads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.VocabSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.NumLayers);
        OptionChecks.Probability(options.Dropout, nameof(XLNet));
        if (options.Width % 2 != 0)
        {
            throw new ArgumentException(
                $"XLNet: a width of {options.Width} has no halves of sines and cosines; it must be even.", nameof(options));
        }

        Options = options;
        _transformer = new XLNetBody(options, generator);
        _lmLoss = WeightInit.Linear(options.Width, options.VocabSize, true, BERTOptions.Std, options.DType, generator);
        _lmLoss.Weight = _transformer.Tokens;
    }

    /// <summary>The sizes.</summary>
    public XLNetOptions Options { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Options.NumLayers} layers, width {Options.Width}, {Options.NumHeads} heads, vocabulary {Options.VocabSize}";

    /// <summary>An order for each text, drawn at random.</summary>
    /// <param name="batch">The number of texts.</param>
    /// <param name="length">Their length.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>When each position is predicted, from 0, [batch, length], of int64.</returns>
    public static Tensor RandomOrder(int batch, int length, Generator? generator = null) =>
        Tensor.Stack([.. Enumerable.Range(0, batch).Select(_ => Tensor.RandPerm(length, DType.Int64, generator))]);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, null);

    /// <summary>The logits of each position's token, from the tokens before it in the order.</summary>
    /// <param name="tokens">The numbers of the tokens, [batch, length].</param>
    /// <param name="order">When each position is predicted: whole numbers, a smaller one earlier, [batch, length].</param>
    /// <param name="segments">The segment of each token, [batch, length]; all in one when null.</param>
    /// <param name="mask">True where there is a token, [batch, length]; everywhere when null.</param>
    /// <returns>The logits, [batch, length, vocabulary].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values, or another input is not of whole numbers.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary.</exception>
    public Tensor Forward(Tensor tokens, Tensor order, Tensor? segments, Tensor? mask = null) => NamedCall.Of(
        this, (tokens, order, segments, mask), static (self, x) =>
        {
            BlockChecks.Tokens(self, x.tokens);
            BlockChecks.Tokens(self, x.order, "order");
            BlockChecks.Shape(self, x.order, "order", ("batch", x.tokens.Size(0)), ("length", x.tokens.Size(1)));
            return self._lmLoss.Forward(self._transformer.Forward(self, x.tokens, x.order, x.segments, x.mask).Query!);
        });

    /// <summary>The content stream where every position sees all: what a fine-tuned head is put on.</summary>
    /// <param name="tokens">The numbers of the tokens, [batch, length].</param>
    /// <param name="segments">The segment of each token, [batch, length]; all in one when null.</param>
    /// <param name="mask">True where there is a token, [batch, length]; everywhere when null.</param>
    /// <returns>The hidden states, [batch, length, width].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary.</exception>
    public Tensor Encode(Tensor tokens, Tensor? segments = null, Tensor? mask = null) => NamedCall.Of(
        this, (tokens, segments, mask), static (self, x) =>
        {
            BlockChecks.Tokens(self, x.tokens);
            return self._transformer.Forward(self, x.tokens, null, x.segments, x.mask).Content;
        });
}

/// <summary>Vectors of tokens, the layers, and the vector that the query stream begins with.</summary>
internal sealed class XLNetBody : Module
{
    private readonly Parameter _maskEmb;
    private readonly Embedding _wordEmbedding;
    private readonly ModuleList<XLNetLayer> _layer;
    private readonly Dropout _dropout;
    private readonly PositionTable _distances;

    public XLNetBody(XLNetOptions options, Generator? generator)
    {
        _maskEmb = new Parameter(Initialize.Normal(Tensor.Empty([1, 1, options.Width], options.DType), 0, BERTOptions.Std, generator));
        _wordEmbedding = WeightInit.Embedding(options.VocabSize, options.Width, BERTOptions.Std, options.DType, generator);
        _layer = new ModuleList<XLNetLayer>(Enumerable.Range(0, options.NumLayers).Select(_ => new XLNetLayer(options, generator)));
        _dropout = new Dropout(options.Dropout, generator);
        int half = options.Width / 2;
        _distances = new PositionTable(options.Width, (distance, place) =>
        {
            double angle = distance / Math.Pow(10000, place % half / (double)half);
            return place < half ? Math.Sin(angle) : Math.Cos(angle);
        });
    }

    public Parameter Tokens => _wordEmbedding.Weight;

    public (Tensor Content, Tensor? Query) Forward(Module model, Tensor tokens, Tensor? order, Tensor? segments, Tensor? mask)
    {
        int batch = tokens.Size(0), length = tokens.Size(1);
        BlockChecks.TokenMask(model, mask, "mask", batch, length);
        if (segments is not null)
        {
            BlockChecks.Tokens(model, segments, "segments");
            BlockChecks.Shape(model, segments, "segments", ("batch", batch), ("length", length));
        }

        using LayerCall call = new(this);
        Tensor content = _dropout.Forward(_wordEmbedding.Forward(tokens));
        Tensor? query = order is null ? null : _dropout.Forward(_maskEmb.Expand(batch, length, _maskEmb.Size(2)));
        Tensor? isThere = AttentionMasks.OfTokens(mask), rank = order?.Unsqueeze(1);
        XLNetSight sight = new(
            AttentionMasks.Both(rank?.Unsqueeze(2).LessOrEqual(rank.Unsqueeze(3)), isThere),
            AttentionMasks.Both(rank?.Unsqueeze(2).Less(rank.Unsqueeze(3)), isThere),
            segments?.Unsqueeze(1).Unsqueeze(3).NotEqualTo(segments.Unsqueeze(1).Unsqueeze(2)));
        Tensor distances = _dropout.Forward(Distances(length, content));
        foreach (XLNetLayer layer in _layer)
        {
            (content, query) = layer.Forward(content, query, distances, sight);
        }

        return call.Gives((_dropout.Forward(content), query is null ? null : _dropout.Forward(query)));
    }

    /// <summary>Sines and cosines of the distances length, …, −length + 1; those of negative ones are mirrored.</summary>
    private Tensor Distances(int length, Tensor like)
    {
        Tensor positive = _distances.Rows(0, length + 1, like.DType, like.Device);
        Tensor negative = positive.Narrow(0, 1, Math.Max(length - 1, 0));
        int half = positive.Size(1) / 2;
        Tensor mirrored = Tensor.Cat([negative.Narrow(1, 0, half).Negate(), negative.Narrow(1, half, half)], 1);
        return Tensor.Cat([positive.Flip(0), mirrored], 0);
    }
}

/// <summary>Which keys a position sees, in the two streams, and which are in another segment; [batch, 1, length, length].</summary>
internal sealed record XLNetSight(Tensor? Content, Tensor? Query, Tensor? IsOtherSegment);
