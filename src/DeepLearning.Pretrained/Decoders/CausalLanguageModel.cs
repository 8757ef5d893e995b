using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>
/// A model that goes on with texts: tokens [batch, length] → logits [batch, length, vocabulary] of what comes behind each. See
/// <see cref="TextGeneration"/> for writing with it.
/// </summary>
public abstract class CausalLanguageModel : PretrainedModel
{
    private Projection? _head;
    private Projection? _score;

    private protected CausalLanguageModel(ModelContext context, Build build)
        : base(context, build)
    {
    }

    /// <summary>The number of tokens.</summary>
    public abstract int VocabSize { get; }

    /// <summary>The longest text that the model was made for.</summary>
    public abstract int MaxLength { get; }

    /// <summary>The number of layers that attend.</summary>
    private protected abstract int LayerCount { get; }

    /// <summary>A cache that fits the model.</summary>
    public KeyValueCache NewCache() => new(LayerCount);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no tokens.</exception>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary, or the text is longer than the model has positions
    /// for.</exception>
    public override ModelOutput Forward(ModelInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor tokens = input.Tokens ?? throw Needs(nameof(ModelInputs.Tokens));
        BlockChecks.Tokens(this, tokens);
        BlockChecks.TokenMask(this, input.Mask, "mask", tokens.Size(0), tokens.Size(1));
        Tensor hidden = Body(tokens, input.Mask, null);
        return new ModelOutput
        {
            Hidden = hidden,
            Logits = _head?.Forward(hidden) ?? _score?.Forward(LastOf(hidden, input.Mask)),
        };
    }

    /// <summary>Computes logits of new tokens, given what a cache has of those before; these are added to it.</summary>
    /// <param name="tokens">The new tokens, [batch, length].</param>
    /// <param name="cache">The cache, of <see cref="NewCache"/>.</param>
    /// <param name="mask">
    /// True where there is a token, [batch, cached + length]; everywhere when null. Padding stands before a text, so that all go on at one
    /// place.
    /// </param>
    /// <returns>The logits, [batch, length, vocabulary].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary, or the text is longer than the model has positions
    /// for.</exception>
    /// <exception cref="InvalidOperationException">The call is recorded, or the model has no head that goes on with texts.</exception>
    public Tensor Forward(Tensor tokens, KeyValueCache cache, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(cache);
        BlockChecks.Tokens(this, tokens);
        KeyValueCache.CheckCount(cache, LayerCount, Kind);
        BlockChecks.TokenMask(this, mask, "mask", tokens.Size(0), cache.Length + tokens.Size(1));
        return Next(Body(tokens, mask, cache));
    }

    /// <summary>The logits of the last token alone.</summary>
    internal Tensor LastLogits(Tensor tokens, KeyValueCache cache, Tensor? mask) =>
        Next(Body(tokens, mask, cache).Narrow(1, tokens.Size(1) - 1, 1)).Select(1, 0);

    /// <summary>The hidden states of new tokens; the mask is of all there are.</summary>
    private protected abstract Tensor Body(Tensor tokens, Tensor? mask, KeyValueCache? cache);

    /// <summary>The architecture to ask for where a head that goes on with texts is missing.</summary>
    private protected abstract string HeadName { get; }

    /// <summary>Adds the head of a classifier of whole texts.</summary>
    private protected void AddClassifier(int width, int classes) => _score = Linear("score", width, classes, bias: false);

    /// <summary>Adds the head that goes on with texts, with the tokens' table or with a weight of its own.</summary>
    private protected void AddHead(int width, Table tokens, bool isTied) => _head = isTied
        ? Tied("lm_head", tokens, width, VocabSize)
        : Linear("lm_head", width, VocabSize, bias: false);

    /// <summary>The logits of hidden states.</summary>
    private Tensor Next(Tensor hidden) => _head?.Forward(hidden)
        ?? throw new InvalidOperationException($"{Label}: it has no head that goes on with texts; load it as {HeadName}.");

    /// <summary>
    /// The places of new tokens, [batch or 1, length], and the greatest: padding before a text does not count.
    /// </summary>
    private protected static (Tensor Positions, int Last) Places(Tensor tokens, Tensor? mask, KeyValueCache? cache)
    {
        int before = cache?.Length ?? 0, length = tokens.Size(1);
        Tensor positions = mask is null
            ? Tensor.Arange(before, before + length, device: tokens.Device).Unsqueeze(0)
            : (mask.To(DType.Int64).CumSum(1) - 1).Clamp(min: 0).Narrow(1, before, length);
        return (positions, before + length - 1);
    }

    /// <summary>
    /// What each new token sees, to be broadcast to [batch, heads, length, keys]; null where a token alone sees all, or where the hint of
    /// causality says it.
    /// </summary>
    private protected static (Tensor? Mask, bool IsCausal) Sight(Tensor tokens, Tensor? mask, KeyValueCache? cache, int? window)
    {
        int before = cache?.Length ?? 0, queries = tokens.Size(1), keys = before + queries;
        bool isWindowed = window < keys;
        if (mask is null && !isWindowed)
        {
            return queries == 1 ? (null, false) : before == 0 ? (null, true) : (AttentionMasks.Causal(queries, keys, tokens.Device), false);
        }

        Tensor? own = isWindowed ? AttentionMasks.SlidingWindow(queries, keys, window!.Value, device: tokens.Device)
            : queries > 1 ? AttentionMasks.Causal(queries, keys, tokens.Device)
            : null;
        return (AttentionMasks.Both(own, AttentionMasks.OfTokens(mask)), false);
    }

    /// <summary>Of each example the row of its last token, [batch, width].</summary>
    private static Tensor LastOf(Tensor x, Tensor? mask)
    {
        if (mask is null)
        {
            return x.Select(1, -1);
        }

        int length = mask.Size(1);
        Tensor last = (mask.To(DType.Int64) * Tensor.Arange(0, length, device: mask.Device)).ArgMax(1);
        Tensor index = last.Unsqueeze(1).Unsqueeze(2).Expand(x.Size(0), 1, x.Size(2));
        return x.Gather(1, index).Squeeze(1);
    }
}
