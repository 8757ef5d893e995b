using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// <see cref="ALBERT"/> with the heads that it is pre-trained with (Lan et al. 2020, section 3.1): which token stands where one was masked,
/// and whether two segments stand in their order or were swapped. Tokens [batch, length] → logits of tokens [batch, length, vocabulary] and
/// of the two answers [batch, 2], of which 0 says that the order is right.
/// </summary>
/// <remarks>
/// Keys of the state dictionary: those of <c>AlbertForPreTraining</c> in Hugging Face's transformers; <c>predictions.decoder.weight</c> is
/// the table of tokens, <c>predictions.decoder.bias</c> is <c>predictions.bias</c>.
/// </remarks>
public sealed class ALBERTForPreTraining : Module<Tensor, (Tensor TokenLogits, Tensor OrderLogits)>
{
    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="classifierDropout">The probability of dropout before the head of the order.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or a probability is not from 0 to 1.</exception>
    public ALBERTForPreTraining(ALBERTOptions options, double classifierDropout = 0.1, Generator? generator = null)
    {
        OptionChecks.Probability(classifierDropout, nameof(ALBERTForPreTraining));
        Albert = new ALBERT(options, generator);
        Predictions = new ALBERTPredictions(Albert, generator);
        SopClassifier = new ALBERTOrderHead(options, classifierDropout, generator);
    }

    /// <summary>The encoder.</summary>
    public ALBERT Albert { get; }

    private ALBERTPredictions Predictions { get; }

    private ALBERTOrderHead SopClassifier { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => Albert.Details;

    /// <inheritdoc/>
    public override (Tensor TokenLogits, Tensor OrderLogits) Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes the logits.</summary>
    /// <param name="tokens">The numbers of the tokens, [batch, length].</param>
    /// <param name="segments">The segment of each token, [batch, length]; 0 when null.</param>
    /// <param name="mask">True where there is a token, [batch, length]; everywhere when null.</param>
    /// <returns>Logits of the tokens, [batch, length, vocabulary], and of the order of the segments, [batch, 2].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="IndexException">A token or a segment is out of range, or the text is too long.</exception>
    public (Tensor TokenLogits, Tensor OrderLogits) Forward(Tensor tokens, Tensor? segments, Tensor? mask = null) => NamedCall.Of(
        this, (tokens, segments, mask), static (self, x) =>
        {
            (Tensor hidden, Tensor pooled) = self.Albert.Forward(x.tokens, x.segments, x.mask);
            return (self.Predictions.Forward(hidden), self.SopClassifier.Forward(pooled));
        });
}

/// <summary>decoder(norm(gelu(dense(x)))), back to the narrow width, the decoder with the table of tokens.</summary>
internal sealed class ALBERTPredictions : Layer
{
    private readonly Parameter _bias;
    [Name("LayerNorm")]
    private readonly LayerNorm _norm;
    private readonly Linear _dense;
    private readonly Linear _decoder;

    public ALBERTPredictions(ALBERT albert, Generator? generator)
    {
        ALBERTOptions options = albert.Options;
        _bias = Initialize.NewConstant([options.VocabSize], 0, options.DType);
        _norm = new LayerNorm(options.EmbeddingWidth, options.LayerNormEps, dtype: options.DType);
        _dense = WeightInit.Linear(options.Width, options.EmbeddingWidth, true, BERTOptions.Std, options.DType, generator);
        _decoder = new Linear(options.EmbeddingWidth, options.VocabSize, dtype: options.DType, generator: generator)
        {
            Weight = albert.Tokens,
            Bias = _bias,
        };
    }

    protected override Tensor Compute(Tensor input) =>
        _decoder.Forward(_norm.Forward(_dense.Forward(input).Gelu(approximate: true)));
}

/// <summary>classifier(dropout(x)).</summary>
internal sealed class ALBERTOrderHead(ALBERTOptions options, double dropout, Generator? generator) : Layer
{
    private readonly Dropout _dropout = new(dropout, generator);
    private readonly Linear _classifier = WeightInit.Linear(options.Width, 2, true, BERTOptions.Std, options.DType, generator);

    protected override Tensor Compute(Tensor input) => _classifier.Forward(_dropout.Forward(input));
}
