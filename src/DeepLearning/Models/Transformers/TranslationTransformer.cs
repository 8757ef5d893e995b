using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The whole model of Vaswani et al. 2017, "Attention is all you need": tokens become vectors times √width plus sinusoidal positions, an
/// encoder reads the source, a decoder the target so far, and a linear map gives logits. Source [batch, S] and target [batch, T] →
/// logits [batch, T, target vocabulary] of what comes behind each token of the target.
/// </summary>
/// <remarks>
/// Keys of the state dictionary: those of the language-translation tutorial of PyTorch (<c>transformer.encoder.layers.0…</c>,
/// <c>generator.weight</c>, <c>src_tok_emb.embedding.weight</c>, <c>tgt_tok_emb.embedding.weight</c>), without its table of positions.
/// Train with <c>Loss.CrossEntropy(…, ignoreIndex: pad, labelSmoothing: 0.1)</c>, Adam of betas 0.9 and 0.98 and a <c>NoamSchedule</c>.
/// Vectors start normal with deviation 1/√width, all else as <see cref="Transformer"/>.
/// </remarks>
public sealed class TranslationTransformer : Module<Tensor, Tensor, Tensor>
{
    private readonly Transformer _transformer;
    private readonly ScaledEmbedding _srcTokEmb;
    private readonly ScaledEmbedding _tgtTokEmb;
    private readonly SinusoidalPositions _positions;
    private readonly Dropout _dropout;

    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">
    /// The source of starting values and of dropout; <see cref="DeepLearning.Generator.Default"/> when null.
    /// </param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public TranslationTransformer(TranslationTransformerOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        BlockChecks.Heads(nameof(TranslationTransformer), options.Width, options.NumHeads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SourceVocab);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.TargetVocab);
        Options = options;
        _transformer = new Transformer(
            options.Width, options.NumHeads, options.NumEncoderLayers, options.NumDecoderLayers, options.FeedForward, options.Dropout,
            batchFirst: true, normFirst: options.NormFirst, dtype: options.DType, generator: generator);
        Generator = new Linear(options.Width, options.TargetVocab, dtype: options.DType, generator: generator);
        _srcTokEmb = new ScaledEmbedding(options.SourceVocab, options.Width, options.DType, generator);
        _tgtTokEmb = new ScaledEmbedding(options.TargetVocab, options.Width, options.DType, generator);
        if (options.TieTarget)
        {
            Generator.Weight = _tgtTokEmb.Embedding.Weight;
        }

        _positions = new SinusoidalPositions(options.Width);
        _dropout = new Dropout(options.Dropout, generator);
    }

    /// <summary>The sizes.</summary>
    public TranslationTransformerOptions Options { get; }

    /// <summary>The map that gives the logits; called as the tutorial calls it.</summary>
    public Linear Generator { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Options.SourceVocab}→{Options.TargetVocab}, {Options.NumEncoderLayers}+{Options.NumDecoderLayers} layers, "
        + $"width {Options.Width}, {Options.NumHeads} heads";

    /// <summary>The logits of what comes behind each token of the target.</summary>
    /// <param name="first">The source, [batch, S].</param>
    /// <param name="second">The target so far, which begins with a token of the start, [batch, T].</param>
    /// <returns>The logits, [batch, T, target vocabulary].</returns>
    /// <exception cref="ShapeException">Source and target are not of one batch.</exception>
    /// <exception cref="IndexException">A token is not in its vocabulary.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => NamedCall.Of(this, (first, second), static (self, x) =>
    {
        BlockChecks.Tokens(self, x.second, "target");
        BlockChecks.Tokens(self, x.first, "source");
        BlockChecks.Batch(self, x.second, "target", x.first, "source");
        return self.Logits(x.second, self.Read(x.first), self.Hidden(x.first));
    });

    /// <summary>Reads the source.</summary>
    /// <param name="source">The source, [batch, S].</param>
    /// <returns>What the decoder attends to, [batch, S, width].</returns>
    /// <exception cref="IndexException">A token is not in the vocabulary.</exception>
    public Tensor Encode(Tensor source) => NamedCall.Of(this, source, static (self, x) => self.Read(x));

    /// <summary>The logits of what comes behind each token of the target, of a source that was read.</summary>
    /// <param name="target">The target so far, [batch, T].</param>
    /// <param name="memory">What <see cref="Encode"/> gave, [batch, S, width].</param>
    /// <param name="source">The source, whose padding is hidden, [batch, S].</param>
    /// <returns>The logits, [batch, T, target vocabulary].</returns>
    /// <exception cref="ShapeException">They are not of one batch.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary.</exception>
    public Tensor Decode(Tensor target, Tensor memory, Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(memory);
        return NamedCall.Of(
            this, (target, memory, source), static (self, x) => self.Logits(x.target, x.memory, self.Hidden(x.source)));
    }

    /// <summary>
    /// Reads the source and projects it for each layer of the decoder, so that <see cref="Decode(Tensor, TranslationCache)"/> computes new
    /// tokens alone.
    /// </summary>
    /// <param name="source">The source, [batch, S].</param>
    /// <returns>The cache, without a token of the target.</returns>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary.</exception>
    public TranslationCache NewCache(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        CheckEvaluation();
        using GradMode.Region none = GradMode.NoGrad();
        return new TranslationCache(_transformer.Decoder.Layers, Encode(source), Hidden(source));
    }

    /// <summary>The logits of what comes behind each of some tokens, which continue those that the cache has.</summary>
    /// <param name="target">The target's tokens behind those of the cache, [batch, T], which then has them, too.</param>
    /// <param name="cache">What <see cref="NewCache"/> gave.</param>
    /// <returns>The logits, [batch, T, target vocabulary]; nothing is recorded for gradients.</returns>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    /// <exception cref="ShapeException">There are not as many targets as examples in the cache, or they have no token.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary.</exception>
    public Tensor Decode(Tensor target, TranslationCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        CheckEvaluation();
        return NamedCall.Of(this, (target, cache), static (self, x) =>
        {
            BlockChecks.Tokens(self, x.target, nameof(target));
            if (x.target.Size(0) != x.cache.Examples || x.target.Size(1) == 0)
            {
                throw new ShapeException(
                    $"{self.Kind}: target {x.target.Shape} does not fit {x.cache}; it must be [{x.cache.Examples}, tokens], with a token.");
            }

            using GradMode.Region none = GradMode.NoGrad();
            Tensor vectors = self._positions.Forward(self._tgtTokEmb.Forward(x.target), x.cache.Length);
            return self.Generator.Forward(x.cache.Decode(self._transformer.Decoder, vectors, self.Hidden(x.target)));
        });
    }

    /// <summary>What <see cref="Decoding"/> goes on with, from a <see cref="TranslationCache"/>: nothing is computed twice.</summary>
    /// <param name="source">The source, [rows, S].</param>
    /// <returns>The decoder, for one run; prompts are tokens of the start, [rows, 1].</returns>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    public INextToken Decoder(Tensor source) => new CachedDecoder(this, NewCache(source));

    private void CheckEvaluation()
    {
        if (Training)
        {
            throw new InvalidOperationException($"{LabelInModel()}: decode in evaluation mode; call Eval() first.");
        }
    }

    private Tensor Read(Tensor source)
    {
        BlockChecks.Tokens(this, source, "source");
        Tensor x = _dropout.Forward(_positions.Forward(_srcTokEmb.Forward(source)));
        return _transformer.Encoder.Forward(x, null, Hidden(source));
    }

    private Tensor Logits(Tensor target, Tensor memory, Tensor? isHidden)
    {
        BlockChecks.Tokens(this, target, "target");
        BlockChecks.Shape(this, memory, "memory", ("batch", target.Size(0)), ("length", -1), ("width", Options.Width));
        Tensor x = _dropout.Forward(_positions.Forward(_tgtTokEmb.Forward(target)));
        int length = target.Size(1);
        Tensor later = Tensor.Ones([length, length], DType.Bool, x.Device).Triu(1);
        return Generator.Forward(_transformer.Decoder.Forward(
            x, memory, later, memoryKeyPaddingMask: isHidden, tgtKeyPaddingMask: Hidden(target)));
    }

    /// <summary>Where a text is filled up.</summary>
    private Tensor? Hidden(Tensor tokens) => Options.PadToken is { } pad ? tokens.EqualTo(pad) : null;

    private sealed class CachedDecoder(TranslationTransformer model, TranslationCache cache) : INextToken
    {
        public Tensor NextLogits(Tensor tokens)
        {
            ArgumentNullException.ThrowIfNull(tokens);
            return model.Decode(tokens.Narrow(1, cache.Length, tokens.Size(1) - cache.Length), cache).Select(1, -1);
        }

        public void Reorder(Tensor rows) => cache.Reorder(rows);
    }
}

/// <summary>Vectors of tokens times √width.</summary>
internal sealed class ScaledEmbedding : Layer
{
    private readonly double _scale;

    public ScaledEmbedding(int count, int width, DType dtype, Generator? generator)
    {
        _scale = Math.Sqrt(width);
        Embedding = new Embedding(count, width, dtype: dtype, generator: generator);
        Initialize.Normal(Embedding.Weight, 0, 1 / _scale, generator);
    }

    public Embedding Embedding { get; }

    protected override Tensor Compute(Tensor input) => Embedding.Forward(input) * _scale;
}
