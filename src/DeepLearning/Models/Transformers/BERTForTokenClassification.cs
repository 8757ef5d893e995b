using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// <see cref="BERT"/> with a class of each token, such as its part of speech (Devlin et al. 2019, section 5.3): logits =
/// classifier(dropout(hidden)). Tokens [batch, length] → logits [batch, length, classes].
/// </summary>
/// <remarks>Keys of the state dictionary: those of <c>BertForTokenClassification</c> in Hugging Face's transformers.</remarks>
public sealed class BERTForTokenClassification : Module<Tensor, Tensor>
{
    private readonly Dropout _dropout;

    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="numClasses">The number of classes.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public BERTForTokenClassification(BERTOptions options, int numClasses, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numClasses);
        Bert = new BERT(options, generator);
        _dropout = new Dropout(options.Dropout, generator);
        Classifier = WeightInit.Linear(options.Width, numClasses, true, BERTOptions.Std, options.DType, generator);
    }

    /// <summary>The encoder.</summary>
    public BERT Bert { get; }

    /// <summary>The head.</summary>
    public Linear Classifier { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{Bert.Details}, {Classifier.Weight.Size(0)} classes";

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes the logits.</summary>
    /// <param name="tokens">The numbers of the tokens, [batch, length].</param>
    /// <param name="segments">The segment of each token, [batch, length]; 0 when null.</param>
    /// <param name="mask">True where there is a token, [batch, length]; everywhere when null.</param>
    /// <returns>The logits, [batch, length, classes].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="IndexException">A token or a segment is out of range, or the text is too long.</exception>
    public Tensor Forward(Tensor tokens, Tensor? segments, Tensor? mask = null) => NamedCall.Of(
        this, (tokens, segments, mask), static (self, x) =>
            self.Classifier.Forward(self._dropout.Forward(self.Bert.Forward(x.tokens, x.segments, x.mask).Hidden)));
}
