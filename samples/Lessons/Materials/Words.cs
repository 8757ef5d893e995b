namespace DeepLearning.Samples.Lessons;

/// <summary>The words of a text as numbers: the most frequent ones, and one number for all others.</summary>
internal sealed class Words
{
    /// <summary>What stands behind the end of a short text.</summary>
    public const long Pad = 0;

    /// <summary>What stands for a word that is not known.</summary>
    public const long Unknown = 1;

    private readonly Dictionary<string, long> _numbers = [];
    private readonly List<string> _words = ["<pad>", "<unk>"];

    /// <summary>Counts the words of texts.</summary>
    /// <param name="texts">Each a list of words.</param>
    /// <param name="most">How many words are known at most.</param>
    /// <param name="special">Words that are known in any case, with the numbers from 2 on.</param>
    /// <param name="least">How often a word must come to be known.</param>
    public Words(IEnumerable<IReadOnlyList<string>> texts, int most = int.MaxValue, IReadOnlyList<string>? special = null, int least = 1)
    {
        _words.AddRange(special ?? []);
        Dictionary<string, int> counts = [];
        foreach (string word in texts.SelectMany(static text => text))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        // Words that are as frequent stand in the order of the alphabet, so that numbers never depend on anything else.
        _words.AddRange(counts.Where(pair => pair.Value >= least && !_words.Contains(pair.Key)).OrderByDescending(static pair => pair.Value)
            .ThenBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => pair.Key).Take(most));
        for (int i = 0; i < _words.Count; i++)
        {
            _numbers[_words[i]] = i;
        }
    }

    public int Count => _words.Count;

    public IReadOnlyList<string> All => _words;

    /// <summary>The number of a word.</summary>
    public long this[string word] => _numbers.GetValueOrDefault(word, Unknown);

    /// <summary>Texts as rows of numbers [texts, length], cut off or filled up to the length.</summary>
    public Tensor Encode(IReadOnlyList<IReadOnlyList<string>> texts, int length)
    {
        long[] numbers = new long[texts.Count * length];
        for (int row = 0; row < texts.Count; row++)
        {
            for (int i = 0; i < Math.Min(length, texts[row].Count); i++)
            {
                numbers[(row * length) + i] = this[texts[row][i]];
            }
        }

        return Tensor.From(numbers, texts.Count, length);
    }

    /// <summary>The words of a row of numbers, up to the end of the text.</summary>
    public string[] Decode(Tensor row) =>
        [.. row.ToArray<long>().TakeWhile(static number => number != Pad).Select(number => _words[(int)number])];

    /// <summary>How many numbers of each row are no padding: [texts].</summary>
    public static Tensor Lengths(Tensor rows) => rows.NotEqualTo(Pad).To(DType.Int64).Sum(1);
}
