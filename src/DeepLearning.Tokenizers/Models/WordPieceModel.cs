using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Models;

/// <summary>
/// The longest token first, then the longest that continues (Schuster and Nakajima 2012), as BERT does:
/// <c>WordPiece</c>.
/// </summary>
public sealed class WordPieceModel : TokenModel
{
    private readonly WordCache _cache = new();
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuing;
    private readonly int _longest;

    /// <summary>A model of a vocabulary.</summary>
    /// <param name="vocabulary">Tokens and ids.</param>
    /// <param name="unknownToken">The token of a word that cannot be taken apart.</param>
    /// <param name="continuingSubwordPrefix">What stands before a token that continues a word.</param>
    /// <param name="maxInputCharsPerWord">A word of more code points is unknown.</param>
    public WordPieceModel(IEnumerable<KeyValuePair<string, int>> vocabulary, string unknownToken = "[UNK]",
        string continuingSubwordPrefix = "##", int maxInputCharsPerWord = 100) : base(new Vocabulary(vocabulary))
    {
        ArgumentNullException.ThrowIfNull(unknownToken);
        ArgumentNullException.ThrowIfNull(continuingSubwordPrefix);
        ArgumentOutOfRangeException.ThrowIfNegative(maxInputCharsPerWord);
        (UnknownToken, ContinuingSubwordPrefix, MaxInputCharsPerWord) = (unknownToken, continuingSubwordPrefix, maxInputCharsPerWord);
        var continuing = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in Entries.Ids)
        {
            _longest = Math.Max(_longest, token.Length);
            if (token.StartsWith(continuingSubwordPrefix, StringComparison.Ordinal))
            {
                continuing[token[continuingSubwordPrefix.Length..]] = id;
            }
        }

        _continuing = continuing.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The token of a word that cannot be taken apart.</summary>
    public string UnknownToken { get; }

    /// <summary>What stands before a token that continues a word.</summary>
    public string ContinuingSubwordPrefix { get; }

    /// <summary>A word of more code points is unknown.</summary>
    public int MaxInputCharsPerWord { get; }

    internal override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (_cache.TryGet(word, sink))
        {
            return;
        }

        var from = sink.Count;
        if (word.Length > MaxInputCharsPerWord && CodePoints.Count(word) > MaxInputCharsPerWord || !TakeApart(word, sink))
        {
            sink.Truncate(from);
            sink.Add(new WordToken(Unknown(), 0, word.Length));
        }

        _cache.Set(word, sink.Tokens[from..]);
    }

    private int Unknown() => Entries.TryGet(UnknownToken, out var id)
        ? id
        : throw new TokenizerException($"WordPiece: the unknown token '{UnknownToken}' is not in the vocabulary.");

    private bool TakeApart(ReadOnlySpan<char> word, TokenSink sink)
    {
        for (var start = 0; start < word.Length;)
        {
            var end = Math.Min(word.Length, start + _longest);
            if (end < word.Length && char.IsLowSurrogate(word[end]))
            {
                end--;
            }

            var id = -1;
            while (end > start)
            {
                var part = word[start..end];
                if (start == 0 ? Entries.TryGet(part, out id) : _continuing.TryGetValue(part, out id))
                {
                    break;
                }

                id = -1;
                CodePoints.Before(word, end, out var length);
                end -= length;
            }

            if (id < 0)
            {
                return false;
            }

            sink.Add(new WordToken(id, start, end));
            start = end;
        }

        return true;
    }
}
