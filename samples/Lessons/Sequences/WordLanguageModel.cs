namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A language model of words by an LSTM: of each word, what comes next. Numbers of words [n, length] → scores [n, length, words].
/// </summary>
internal sealed class WordLanguageModel(int words, int width, int layers = 1, double dropout = 0.2) : Module<Tensor, Tensor>
{
    private readonly Dropout _dropout = new(dropout);

    public Embedding Embedding { get; } = new(words, width, paddingIdx: (int)Words.Pad);

    public LSTM Lstm { get; } = new(width, width, layers, batchFirst: true);

    public Linear Output { get; } = new(width, words);

    /// <summary>The state behind each word, [n, length, width].</summary>
    public Tensor States(Tensor input) => Lstm.Forward(_dropout.Forward(Embedding.Forward(input))).Output;

    public override Tensor Forward(Tensor input) => Output.Forward(_dropout.Forward(States(input)));

    /// <summary>The cross entropy of each next word, padding left out.</summary>
    public Tensor NextWordLoss(Tensor texts)
    {
        int length = texts.Size(1) - 1;
        return Loss.CrossEntropy(
            Forward(texts.Narrow(1, 0, length)).Flatten(0, 1), texts.Narrow(1, 1, length).Flatten(), ignoreIndex: Words.Pad);
    }

    /// <summary>Each text from behind, padding left in its place.</summary>
    public static Tensor Reversed(Tensor texts)
    {
        int length = texts.Size(1);
        Tensor places = Words.Lengths(texts).Unsqueeze(1) - 1 - Tensor.Arange(length).Unsqueeze(0);

        // Behind the end each padding stays where it is.
        return texts.Gather(1, Tensor.Where(places.GreaterOrEqual(0), places, Tensor.Arange(length).Unsqueeze(0).ExpandAs(places)));
    }
}
