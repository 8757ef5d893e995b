using DeepLearning.Tokenizers.Models;

namespace DeepLearning.Tokenizers.Training;

/// <summary>
/// A vocabulary of pieces with probabilities: from all frequent substrings, estimates how likely each is by expectation maximization, and
/// leaves out, round by round, those without which the texts lose least likelihood (T. Kudo, "Subword regularization", 2018). The same
/// texts give the same pieces, on any number of cores.
/// </summary>
/// <remarks>
/// Every character of the texts is a piece, also where that makes more of them than <see cref="Trainer.VocabularySize"/>.
/// </remarks>
public sealed class UnigramTrainer : Trainer
{
    /// <summary>Characters that are there whatever the texts say. Those of the texts always are.</summary>
    public IReadOnlyList<string> InitialAlphabet { get; init; } = [];

    /// <summary>The token of what no piece covers; put it among the special tokens. Null for none: such text is an error then.</summary>
    public string? UnknownToken { get; init; } = "<unk>";

    /// <summary>The most characters of a piece.</summary>
    public int MaxPieceLength { get; init; } = 16;

    /// <summary>How many substrings the training begins with.</summary>
    public int SeedSize { get; init; } = 1_000_000;

    /// <summary>The share of pieces that a round keeps.</summary>
    public double ShrinkingFactor { get; init; } = 0.75;

    /// <summary>How often probabilities are estimated anew between two rounds of leaving out.</summary>
    public int SubIterations { get; init; } = 2;

    private protected override UnigramModel Make(IReadOnlyList<KeyValuePair<string, long>> words, Action<int> report)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPieceLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SeedSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SubIterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(double.IsNaN(ShrinkingFactor) ? 0 : ShrinkingFactor, 0, nameof(ShrinkingFactor));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ShrinkingFactor, 1);
        string[] special = [.. SpecialTokens.Select(static token => token.Content).Distinct()];
        if (UnknownToken is { } unknown && !special.Contains(unknown))
        {
            throw new ArgumentException($"UnigramTrainer: the unknown token {unknown} is not among the special tokens; put it there.");
        }

        KeyValuePair<string, long>[] counted = [.. words.Where(word => word.Value >= MinFrequency && word.Key.Length > 0).Select(Whole)];
        var pieces = UnigramSeeds.Of(counted, InitialAlphabet, MaxPieceLength, SeedSize, out var alphabet);
        var estimation = new UnigramEstimation(counted, pieces);

        // Some more than wanted are kept to the end, and the likeliest of those taken.
        var wanted = Math.Max(VocabularySize - special.Length, 0);
        var enough = (int)(wanted * 1.1);
        while (true)
        {
            for (var i = 0; i < SubIterations; i++)
            {
                estimation.Improve(alphabet);
                report(estimation.Pieces.Count);
            }

            if (estimation.Pieces.Count <= Math.Max(enough, alphabet.Count))
            {
                break;
            }

            var kept = Math.Max(Math.Max(enough, alphabet.Count), (int)(ShrinkingFactor * estimation.Pieces.Count));
            estimation.Prune(kept, alphabet);
            report(estimation.Pieces.Count);
        }

        List<(string Piece, double Score)> made = [.. special.Select(static token => (token, 0.0))];
        estimation.Pieces.RemoveAll(piece => special.Contains(piece.Text));
        alphabet.ExceptWith(special);
        made.AddRange(Final(estimation.Pieces, alphabet, wanted));
        report(made.Count);
        return new UnigramModel(made, UnknownToken is null ? null : made.FindIndex(piece => piece.Piece == UnknownToken));
    }

    /// <summary>A word as characters: half a surrogate pair is none, and reads as U+FFFD.</summary>
    private static KeyValuePair<string, long> Whole(KeyValuePair<string, long> word) =>
        new(System.Text.Encoding.Unicode.GetString(System.Text.Encoding.Unicode.GetBytes(word.Key)), word.Value);

    /// <summary>The alphabet, whatever it costs, and the likeliest others, in the order of their scores.</summary>
    private static IEnumerable<(string Piece, double Score)> Final(List<UnigramPiece> pieces, HashSet<string> alphabet, int wanted)
    {
        var least = pieces.Count == 0 ? 0 : pieces.Min(static piece => piece.Score);
        var scores = pieces.ToDictionary(static piece => piece.Text, static piece => piece.Score, StringComparer.Ordinal);
        List<(string Piece, double Score)> kept = [];
        foreach (var character in alphabet.Order(StringComparer.Ordinal))
        {
            // One that only occurs within longer pieces is less likely than all others, one less than the other.
            kept.Add((character, scores.TryGetValue(character, out var score) ? score : least -= 0.0001));
        }

        var others = pieces.Where(piece => !alphabet.Contains(piece.Text)).OrderByDescending(static piece => piece.Score)
            .ThenBy(static piece => piece.Text, StringComparer.Ordinal).Take(Math.Max(wanted - kept.Count, 0));
        return kept.Concat(others.Select(static piece => (piece.Text, piece.Score))).OrderByDescending(static piece => piece.Item2)
            .ThenBy(static piece => piece.Item1, StringComparer.Ordinal);
    }
}
