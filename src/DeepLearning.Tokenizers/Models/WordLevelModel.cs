namespace DeepLearning.Tokenizers.Models;

/// <summary>Each word is a token or unknown: <c>WordLevel</c>.</summary>
/// <param name="vocabulary">Tokens and ids.</param>
/// <param name="unknownToken">The token of a word that is not in the vocabulary.</param>
public sealed class WordLevelModel(IEnumerable<KeyValuePair<string, int>> vocabulary, string unknownToken = "<unk>")
    : TokenModel(new Vocabulary(vocabulary))
{
    /// <summary>The token of a word that is not in the vocabulary.</summary>
    public string UnknownToken { get; } = unknownToken ?? throw new ArgumentNullException(nameof(unknownToken));

    internal override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (!Entries.TryGet(word, out var id) && !Entries.TryGet(UnknownToken, out id))
        {
            throw new TokenizerException($"WordLevel: '{word}' is unknown, and so is the token '{UnknownToken}' for that.");
        }

        sink.Add(new WordToken(id, 0, word.Length));
    }
}
