namespace DeepLearning.Samples.Lessons;

/// <summary>Stories as BERT reads them: two sentences between marks, some words of which are hidden.</summary>
internal sealed class BertTexts
{
    private const string Class = "[CLS]", Separator = "[SEP]", Mask = "[MASK]";

    private readonly IReadOnlyList<string[][]> _stories;
    private readonly int _length;

    public BertTexts(IReadOnlyList<string[][]> stories, Words? words = null)
    {
        _stories = stories;
        Words = words ?? new Words(stories.SelectMany(static story => story), special: [Class, Separator, Mask]);
        _length = (2 * stories.Max(static story => story.Max(static sentence => sentence.Length))) + 3;
    }

    public Words Words { get; }

    /// <summary>
    /// A batch of pairs of sentences: numbers [n, length], which sentence each is of [n, length], which are no padding [n, length], and
    /// whether the second sentence does not follow the first, [n].
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="swap"> Whether a pair that is not in order is the same two sentences the other way round (ALBERT), or has a sentence
    /// of another story (BERT).
    /// </param>
    public (Tensor Tokens, Tensor Segments, Tensor There, Tensor IsWrong) Batch(int count, bool swap = false)
    {
        long[] segments = new long[count * _length], wrong = new long[count];
        string[][] texts = new string[count][];
        for (int row = 0; row < count; row++)
        {
            string[][] story = _stories[Whole(_stories.Count)];
            int place = Whole(story.Length - 1);
            (string[] first, string[] second) = (story[place], story[place + 1]);
            wrong[row] = Whole(2);
            if (wrong[row] == 1)
            {
                (first, second) = swap ? (second, first) : (first, _stories[Whole(_stories.Count)][place + 1]);
            }

            texts[row] = [Class, .. first, Separator, .. second, Separator];
            segments.AsSpan((row * _length) + first.Length + 2, second.Length + 1).Fill(1);
        }

        Tensor tokens = Words.Encode(texts, _length);
        return (tokens, Tensor.From(segments, count, _length), tokens.NotEqualTo(Words.Pad), Tensor.From(wrong));
    }

    /// <summary>Hides 15 % of the words, of which a tenth stay and a tenth become others.</summary>
    public MaskedTokens Hide(Tensor tokens) =>
        MaskedTokens.Of(tokens, Words.Count, Words[Mask], [Words.Pad, Words[Class], Words[Separator]]);

    private static int Whole(int below) => (int)(Generator.Default.NextDouble() * below);
}
