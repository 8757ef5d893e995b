namespace DeepLearning.Tokenizers.Models;

/// <summary>The part of a tokenizer that has the vocabulary and takes words apart. The kinds are those of <c>tokenizer.json</c>.</summary>
public abstract class TokenModel
{
    private protected TokenModel(Vocabulary vocabulary) => Entries = vocabulary;

    /// <summary>The tokens and their ids, without added tokens.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => Entries.Ids;

    /// <summary>How many tokens the vocabulary has.</summary>
    public int VocabularySize => Entries.Ids.Count;

    internal Vocabulary Entries { get; }

    /// <summary>The id of a token, or null.</summary>
    /// <param name="token">The token.</param>
    /// <returns>Its id.</returns>
    public int? TokenToId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Entries.Ids.TryGetValue(token, out var id) ? id : null;
    }

    /// <summary>The token of an id, or null.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The token.</returns>
    public string? IdToToken(int id) => Entries.Token(id);

    /// <summary>The kind of model and the size of its vocabulary.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{GetType().Name} of {VocabularySize} tokens";

    internal abstract void Tokenize(ReadOnlySpan<char> word, TokenSink sink);
}

/// <summary>A token of a word: its id, its place in the word, and its text where that is not the vocabulary's.</summary>
internal readonly record struct WordToken(int Id, int Start, int End, string? Text = null);

/// <summary>Where a model puts the tokens of a word.</summary>
internal sealed class TokenSink
{
    private WordToken[] _tokens = new WordToken[16];

    public int Count { get; private set; }

    public ReadOnlySpan<WordToken> Tokens => _tokens.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(WordToken token)
    {
        if (Count == _tokens.Length)
        {
            Array.Resize(ref _tokens, Count * 2);
        }

        _tokens[Count++] = token;
    }

    public void AddRange(ReadOnlySpan<WordToken> tokens)
    {
        foreach (var token in tokens)
        {
            Add(token);
        }
    }

    public void Truncate(int count) => Count = count;

    public void Reverse(int from) => _tokens.AsSpan(from, Count - from).Reverse();
}
