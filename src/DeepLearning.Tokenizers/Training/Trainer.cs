using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Normalizers;
using DeepLearning.Tokenizers.PreTokenizers;
using DeepLearning.Tokenizers.Text;

namespace DeepLearning.Tokenizers.Training;

/// <summary>How far a training is.</summary>
/// <param name="Stage">What is done: <c>Count words</c> or <c>Compute tokens</c>.</param>
/// <param name="Done">How many texts were read, or tokens made.</param>
/// <param name="Total">How many tokens are wanted at most; 0 while texts are read.</param>
public readonly record struct TrainerProgress(string Stage, int Done, int Total);

/// <summary>Makes a vocabulary of texts.</summary>
public abstract class Trainer
{
    private const int Step = 256;

    private protected Trainer()
    {
    }

    /// <summary>How many tokens there are at most, special ones included.</summary>
    public int VocabularySize { get; init; } = 30_000;

    /// <summary>How often a word or a pair must be there to count.</summary>
    public long MinFrequency { get; init; }

    /// <summary>Tokens that come first, whatever the texts say.</summary>
    public IReadOnlyList<AddedToken> SpecialTokens { get; init; } = [];

    /// <summary>Trains on texts that are normalized and cut as the tokenizer will do it.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="normalizer">What changes a text first.</param>
    /// <param name="preTokenizer">What cuts it into words.</param>
    /// <param name="progress">Is told how far the training is.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <returns>A tokenizer of these parts and the new model.</returns>
    public Tokenizer Train(IEnumerable<string> texts, Normalizer? normalizer = null, PreTokenizer? preTokenizer = null,
        IProgress<TrainerProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var working = new WorkingText();
        var read = 0;
        foreach (var text in texts)
        {
            working.Reset(text);
            normalizer?.Apply(working);
            preTokenizer?.Apply(working);
            foreach (var piece in working.Pieces)
            {
                if (piece.Start < piece.End)
                {
                    var word = working[piece];
                    lookup[word] = lookup.TryGetValue(word, out var count) ? count + 1 : 1;
                }
            }

            if (++read % Step == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new TrainerProgress("Count words", read, 0));
            }
        }

        var tokenizer = new Tokenizer(Make([.. counts.OrderBy(static c => c.Key, StringComparer.Ordinal)], made =>
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new TrainerProgress("Compute tokens", made, VocabularySize));
        }))
        {
            Normalizer = normalizer,
            PreTokenizer = preTokenizer,
        };
        tokenizer.AddTokens(SpecialTokens.Select(static token => token with { Special = true, Normalized = token.Normalized ?? false }));
        return tokenizer;
    }

    /// <summary>The kind of trainer and the size of its vocabulary.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{GetType().Name} of at most {VocabularySize} tokens";

    private protected abstract TokenModel Make(IReadOnlyList<KeyValuePair<string, long>> words, Action<int> report);
}
