using DeepLearning.Tokenizers.Models;

namespace DeepLearning.Tokenizers.Training;

/// <summary>The most frequent words, equals in the order of their bytes.</summary>
public sealed class WordLevelTrainer : Trainer
{
    /// <summary>The token of a word that is not in the vocabulary; put it among the special tokens.</summary>
    public string UnknownToken { get; init; } = "<unk>";

    private protected override WordLevelModel Make(IReadOnlyList<KeyValuePair<string, long>> words, Action<int> report)
    {
        var tokens = SpecialTokens.Select(static token => token.Content)
            .Concat(words.Where(word => word.Value >= MinFrequency).OrderByDescending(static word => word.Value)
                .ThenBy(static word => System.Text.Encoding.UTF8.GetBytes(word.Key), ByBytes.Instance).Select(static word => word.Key))
            .Take(VocabularySize);
        var model = new WordLevelModel(tokens.Select(static (token, id) => KeyValuePair.Create(token, id)), UnknownToken);
        report(model.VocabularySize);
        return model;
    }

    private sealed class ByBytes : IComparer<byte[]>
    {
        public static ByBytes Instance { get; } = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
