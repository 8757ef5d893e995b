namespace DeepLearning.Tokenizers.Models;

/// <summary>
/// The tokens of words seen lately. A slot is written whole, so threads share it without locks; a lost write costs time
/// only.
/// </summary>
internal sealed class WordCache
{
    private const int Slots = 1 << 14;
    private const int MaxLength = 64;

    private readonly Entry?[] _entries = new Entry?[Slots];

    public bool TryGet(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (word.Length > MaxLength)
        {
            return false;
        }

        var hash = string.GetHashCode(word);
        var entry = Volatile.Read(ref _entries[hash & (Slots - 1)]);
        if (entry is null || entry.Hash != hash || !word.SequenceEqual(entry.Word))
        {
            return false;
        }

        sink.AddRange(entry.Tokens);
        return true;
    }

    public void Set(ReadOnlySpan<char> word, ReadOnlySpan<WordToken> tokens)
    {
        if (word.Length <= MaxLength)
        {
            var hash = string.GetHashCode(word);
            Volatile.Write(ref _entries[hash & (Slots - 1)], new Entry(hash, word.ToString(), tokens.ToArray()));
        }
    }

    private sealed record Entry(int Hash, string Word, WordToken[] Tokens);
}
