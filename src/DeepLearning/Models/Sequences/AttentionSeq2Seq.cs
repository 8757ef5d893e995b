using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Encoder and decoder with attention (Bahdanau, Cho and Bengio 2015, "Neural machine translation by jointly learning to align and
/// translate"): a GRU in both directions reads the source; the decoder's state starts as tanh(bridge(last states)); at each step the state
/// so far attends to the encoder's outputs, a GRU cell reads the last token's vector and what was attended to, and a map of state, attended
/// and vector gives the logits. Source [batch, S] and target [batch, T] → logits [batch, T, target vocabulary] of what comes behind each
/// token of the target.
/// </summary>
public sealed class AttentionSeq2Seq : Module<Tensor, Tensor, Tensor>
{
    private readonly Generator? _generator;
    private readonly Embedding _sourceEmbedding;
    private readonly GRU _encoder;
    private readonly Linear _bridge;
    private readonly Embedding _targetEmbedding;
    private readonly ScoredAttention _attention;
    private readonly GRUCell _decoder;
    private readonly Linear _output;
    private readonly Dropout _dropout;

    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">
    /// The source of starting values, of dropout and of scheduled sampling; <see cref="Generator.Default"/> when null.
    /// </param>
    /// <exception cref="ArgumentException">The scores are products, and the decoder is not as wide as the encoder's output.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public AttentionSeq2Seq(AttentionSeq2SeqOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (int embedding, int read, int hidden, DType dtype) =
            (options.EmbeddingWidth, 2 * options.EncoderHidden, options.DecoderHidden, options.DType);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SourceVocab);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.TargetVocab);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embedding);
        if (options.Score == AttentionScore.DotProduct && hidden != read)
        {
            throw new ArgumentException(
                $"AttentionSeq2Seq: a decoder of {hidden} units has no product with the encoder's outputs of width {read}; make it as "
                + "wide, or choose another score.", nameof(options));
        }

        (Options, _generator) = (options, generator);
        _sourceEmbedding = new Embedding(options.SourceVocab, embedding, dtype: dtype, generator: generator);
        _encoder = new GRU(embedding, options.EncoderHidden, batchFirst: true, bidirectional: true, dtype: dtype, generator: generator);
        _bridge = new Linear(read, hidden, dtype: dtype, generator: generator);
        _targetEmbedding = new Embedding(options.TargetVocab, embedding, dtype: dtype, generator: generator);
        _attention = options.Score switch
        {
            AttentionScore.Additive => new AdditiveAttention(hidden, read, hidden, dtype, generator),
            AttentionScore.Bilinear => new BilinearAttention(hidden, read, dtype, generator),
            AttentionScore.DotProduct => new DotProductAttention(),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Score, "AttentionSeq2Seq: there is no such score."),
        };
        _decoder = new GRUCell(embedding + read, hidden, dtype: dtype, generator: generator);
        _output = new Linear(hidden + read + embedding, options.TargetVocab, dtype: dtype, generator: generator);
        _dropout = new Dropout(options.Dropout, generator);
    }

    /// <summary>The sizes.</summary>
    public AttentionSeq2SeqOptions Options { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Options.SourceVocab}→{Options.TargetVocab}, units 2·{Options.EncoderHidden} and {Options.DecoderHidden}";

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, 1);

    /// <summary>The logits of what comes behind each token of the target.</summary>
    /// <param name="source">The source, [batch, S].</param>
    /// <param name="target">The target so far, which begins with a token of the start, [batch, T].</param>
    /// <param name="teacherForcing">
    /// The probability that a step reads the target's token, and not the likeliest of the step before, drawn for each example and step
    /// (Bengio et al. 2015, "Scheduled sampling for sequence prediction with recurrent neural networks").
    /// </param>
    /// <returns>The logits, [batch, T, target vocabulary].</returns>
    /// <exception cref="ShapeException">Source and target are not of one batch, or a text is empty or filled up in its middle.</exception>
    /// <exception cref="IndexException">A token is not in its vocabulary.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public Tensor Forward(Tensor source, Tensor target, double teacherForcing)
    {
        OptionChecks.Probability(teacherForcing, nameof(AttentionSeq2Seq));
        return NamedCall.Of(this, (source, target, teacherForcing), static (self, x) => self.Run(x.source, x.target, x.teacherForcing));
    }

    /// <summary>What <see cref="Decoding"/> goes on with: the source is read once, and each token is one step.</summary>
    /// <param name="source">The source, [rows, S].</param>
    /// <returns>The decoder, for one run; prompts are tokens of the start, [rows, 1].</returns>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    public INextToken Decoder(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (Training)
        {
            throw new InvalidOperationException($"{LabelInModel()}: decode in evaluation mode; call Eval() first.");
        }

        using GradMode.Region none = GradMode.NoGrad();
        return new StepDecoder(this, NamedCall.Of(this, source, static (self, x) => self.Read(x)));
    }

    private Tensor Run(Tensor source, Tensor target, double teacherForcing)
    {
        BlockChecks.Tokens(this, source, "source");
        BlockChecks.Tokens(this, target, "target");
        BlockChecks.Batch(this, target, "target", source, "source");
        if (target.Size(1) == 0)
        {
            throw new ShapeException($"{Kind}: target {target.Shape} has no token; it begins with that of the start.");
        }

        SourceState state = Read(source);
        List<Tensor> logits = [];
        Tensor tokens = target.Select(1, 0);
        for (int step = 0; step < target.Size(1); step++)
        {
            if (step > 0)
            {
                tokens = target.Select(1, step);
                if (teacherForcing < 1)
                {
                    Tensor isTaught = TeacherForcing.Draw(tokens.Size(0), teacherForcing, tokens.Device, _generator);
                    tokens = Tensor.Where(isTaught, tokens.To(DType.Int64), logits[^1].Detach().ArgMax(-1));
                }
            }

            (Tensor next, state) = Step(tokens, state);
            logits.Add(next);
        }

        return Tensor.Stack([.. logits], 1);
    }

    /// <summary>Reads the source.</summary>
    private SourceState Read(Tensor source)
    {
        BlockChecks.Tokens(this, source, "source");
        if (source.Count == 0)
        {
            throw new ShapeException($"{Kind}: source {source.Shape} has no token.");
        }

        Tensor x = _dropout.Forward(_sourceEmbedding.Forward(source));
        Tensor outputs, hidden;
        Tensor? mask = null;
        if (Options.PadToken is { } pad)
        {
            Tensor isThere = source.NotEqualTo(pad);
            int[] lengths = Lengths(isThere.ToArray<bool>(), source);
            (PackedSequence packed, hidden) = _encoder.Forward(
                Layers.Sequences.PackPaddedSequence(x, lengths, batchFirst: true, enforceSorted: false));
            outputs = Layers.Sequences.PadPackedSequence(packed, batchFirst: true, totalLength: source.Size(1)).Output;
            mask = isThere.Unsqueeze(1);
        }
        else
        {
            (outputs, hidden) = _encoder.Forward(x);
        }

        Tensor state = _bridge.Forward(Tensor.Cat([hidden.Select(0, 0), hidden.Select(0, 1)], -1)).Tanh();
        return new SourceState(state, _attention.PrepareKeys(outputs), outputs, mask);
    }

    private int[] Lengths(bool[] isThere, Tensor source)
    {
        int steps = source.Size(1);
        int[] lengths = new int[source.Size(0)];
        for (int row = 0; row < lengths.Length; row++)
        {
            ReadOnlySpan<bool> own = isThere.AsSpan(row * steps, steps);
            lengths[row] = own.LastIndexOf(true) + 1;
            if (lengths[row] == 0 || own[..lengths[row]].Contains(false))
            {
                throw new ShapeException(
                    $"{Kind}: row {row} of the source is empty, or filled up before its end; the token {Options.PadToken} stands behind a "
                    + "text alone.");
            }
        }

        return lengths;
    }

    /// <summary>One token further.</summary>
    private (Tensor Logits, SourceState State) Step(Tensor tokens, SourceState state)
    {
        Tensor vectors = _dropout.Forward(_targetEmbedding.Forward(tokens));
        Tensor attended = _attention.Attend(state.Hidden.Unsqueeze(1), state.Keys, state.Outputs, state.Mask).Output.Squeeze(1);
        Tensor hidden = _decoder.Forward(Tensor.Cat([vectors, attended], -1), state.Hidden);
        return (_output.Forward(_dropout.Forward(Tensor.Cat([hidden, attended, vectors], -1))), state with { Hidden = hidden });
    }

    /// <summary>Where a decoder stands: its state, and what was read of the source.</summary>
    private sealed record SourceState(Tensor Hidden, Tensor Keys, Tensor Outputs, Tensor? Mask)
    {
        public SourceState Of(Tensor rows) => new(
            Hidden.IndexSelect(0, rows), Keys.IndexSelect(0, rows), Outputs.IndexSelect(0, rows), Mask?.IndexSelect(0, rows));
    }

    private sealed class StepDecoder(AttentionSeq2Seq model, SourceState state) : INextToken
    {
        private SourceState _state = state;
        private int _read;

        public Tensor NextLogits(Tensor tokens)
        {
            ArgumentNullException.ThrowIfNull(tokens);
            BlockChecks.Shape(model, tokens, "tokens", ("rows", _state.Hidden.Size(0)), ("length", -1));
            Tensor? logits = null;
            for (; _read < tokens.Size(1); _read++)
            {
                (logits, _state) = model.Step(tokens.Select(1, _read), _state);
            }

            return logits ?? throw new InvalidOperationException($"{model.Kind}: a decoder goes on by a token at least in each call.");
        }

        public void Reorder(Tensor rows) => _state = _state.Of(rows);
    }
}
