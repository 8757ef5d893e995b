using DeepLearning.Tokenizers.Models;

namespace DeepLearning.Tokenizers.Training;

/// <summary>Byte pair encoding: the most frequent pair is merged, equals by their ids, until there are tokens enough.</summary>
public sealed class BpeTrainer : Trainer
{
    /// <summary>How many characters are kept at most, the most frequent; null for all.</summary>
    public int? LimitAlphabet { get; init; }

    /// <summary>Characters that are there whatever the texts say, such as <see cref="ByteLevelAlphabet"/>.</summary>
    public IReadOnlyList<string> InitialAlphabet { get; init; } = [];

    /// <summary>The most characters of a token; null for any number.</summary>
    public int? MaxTokenLength { get; init; }

    /// <summary>What the model is told besides: prefix and suffix shape the training, too.</summary>
    public BpeOptions Options { get; init; } = new();

    /// <summary>
    /// The 256 characters that stand for bytes, for <see cref="InitialAlphabet"/> with <see
    /// cref="PreTokenizers.ByteLevel"/>.
    /// </summary>
    public static IReadOnlyList<string> ByteLevelAlphabet { get; } =
        [.. Enumerable.Range(0, 256).Select(static b => Text.ByteAlphabet.Char((byte)b).ToString())];

    private protected override BpeModel Make(IReadOnlyList<KeyValuePair<string, long>> words, Action<int> report)
    {
        var merging = new PairMerging(this, words, Options.ContinuingSubwordPrefix, Options.EndOfWordSuffix);
        merging.Run(report);
        return new BpeModel(merging.Vocabulary, merging.Merges, Options);
    }
}

/// <summary>WordPiece's vocabulary, made by merging pairs as the reference does.</summary>
public sealed class WordPieceTrainer : Trainer
{
    /// <summary>How many characters are kept at most, the most frequent; null for all.</summary>
    public int? LimitAlphabet { get; init; }

    /// <summary>Characters that are there whatever the texts say.</summary>
    public IReadOnlyList<string> InitialAlphabet { get; init; } = [];

    /// <summary>What stands before a token that continues a word.</summary>
    public string ContinuingSubwordPrefix { get; init; } = "##";

    /// <summary>The token of a word that cannot be taken apart; put it among the special tokens.</summary>
    public string UnknownToken { get; init; } = "[UNK]";

    private protected override WordPieceModel Make(IReadOnlyList<KeyValuePair<string, long>> words, Action<int> report)
    {
        var pairs = new BpeTrainer
        {
            VocabularySize = VocabularySize,
            MinFrequency = MinFrequency,
            SpecialTokens = SpecialTokens,
            LimitAlphabet = LimitAlphabet,
            InitialAlphabet = InitialAlphabet,
        };
        var merging = new PairMerging(pairs, words, ContinuingSubwordPrefix, null);
        merging.Run(report);
        return new WordPieceModel(merging.Vocabulary, UnknownToken, ContinuingSubwordPrefix);
    }
}
