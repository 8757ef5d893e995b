using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// <see cref="BERT"/> with the heads that it is pre-trained with (Devlin et al. 2019, section 3.1): which token stands where one was
/// masked, and whether the second segment follows the first. Tokens [batch, length] → logits of tokens [batch, length, vocabulary] and of
/// the two answers [batch, 2], of which 0 says that it follows.
/// </summary>
/// <remarks>
/// Keys of the state dictionary: those of <c>BertForPreTraining</c> in Hugging Face's transformers; <c>cls.predictions.decoder.weight</c>
/// is the table of tokens, <c>cls.predictions.decoder.bias</c> is <c>cls.predictions.bias</c>.
/// </remarks>
public sealed class BERTForPreTraining : Module<Tensor, (Tensor TokenLogits, Tensor NextLogits)>
{
    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public BERTForPreTraining(BERTOptions options, Generator? generator = null)
    {
        Bert = new BERT(options, generator);
        Cls = new BERTHeads(Bert, generator);
    }

    /// <summary>The encoder.</summary>
    public BERT Bert { get; }

    private BERTHeads Cls { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => Bert.Details;

    /// <inheritdoc/>
    public override (Tensor TokenLogits, Tensor NextLogits) Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes the logits.</summary>
    /// <param name="tokens">The numbers of the tokens, [batch, length].</param>
    /// <param name="segments">The segment of each token, [batch, length]; 0 when null.</param>
    /// <param name="mask">True where there is a token, [batch, length]; everywhere when null.</param>
    /// <returns>Logits of the tokens, [batch, length, vocabulary], and of whether the second segment follows, [batch, 2].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="IndexException">A token or a segment is out of range, or the text is too long.</exception>
    public (Tensor TokenLogits, Tensor NextLogits) Forward(Tensor tokens, Tensor? segments, Tensor? mask = null) => NamedCall.Of(
        this, (tokens, segments, mask), static (self, x) =>
        {
            (Tensor hidden, Tensor pooled) = self.Bert.Forward(x.tokens, x.segments, x.mask);
            return self.Cls.Forward(hidden, pooled);
        });
}

/// <summary>Both heads.</summary>
internal sealed class BERTHeads(BERT bert, Generator? generator) : Module
{
    private readonly BERTPredictions _predictions = new(bert, generator);
    private readonly Linear _seqRelationship =
        WeightInit.Linear(bert.Options.Width, 2, true, BERTOptions.Std, bert.Options.DType, generator);

    public (Tensor TokenLogits, Tensor NextLogits) Forward(Tensor hidden, Tensor pooled)
    {
        using LayerCall call = new(this);
        return call.Gives((_predictions.Forward(hidden), _seqRelationship.Forward(pooled)));
    }
}

/// <summary>decoder(norm(gelu(dense(x)))), the decoder with the table of tokens.</summary>
internal sealed class BERTPredictions : Layer
{
    private readonly Parameter _bias;
    private readonly BERTTransform _transform;
    private readonly Linear _decoder;

    public BERTPredictions(BERT bert, Generator? generator)
    {
        BERTOptions options = bert.Options;
        _bias = Initialize.NewConstant([options.VocabSize], 0, options.DType);
        _transform = new BERTTransform(options, generator);
        _decoder = new Linear(options.Width, options.VocabSize, dtype: options.DType, generator: generator)
        {
            Weight = bert.Tokens,
            Bias = _bias,
        };
    }

    protected override Tensor Compute(Tensor input) => _decoder.Forward(_transform.Forward(input));
}

/// <summary>norm(gelu(dense(x))).</summary>
internal sealed class BERTTransform(BERTOptions options, Generator? generator) : Layer
{
    private readonly Linear _dense = WeightInit.Linear(options.Width, options.Width, true, BERTOptions.Std, options.DType, generator);
    [Name("LayerNorm")]
    private readonly LayerNorm _norm = new(options.Width, options.LayerNormEps, dtype: options.DType);

    protected override Tensor Compute(Tensor input) => _norm.Forward(_dense.Forward(input).Gelu());
}
