using System.Numerics;

namespace DeepLearning.Tokenizers.Models;

/// <summary>
/// The ids of stretches of text seen lately. A slot is written whole, so threads share it without locks; a lost write costs time only.
/// </summary>
internal sealed class IdCache
{
    private const int Slots = 1 << 16;
    private const int MaxLength = 64;
    private const uint Spread = 0x9E3779B1;

    private readonly Entry?[] _entries = new Entry?[Slots];

    public bool TryGet(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > MaxLength)
        {
            return false;
        }

        var hash = Hash(word);
        var entry = Volatile.Read(ref _entries[hash & (Slots - 1)]);
        if (entry is null || entry.Hash != hash || !word.SequenceEqual(entry.Word))
        {
            return false;
        }

        if (entry.Ids.Length == 1)
        {
            ids.Add(entry.Ids[0]);
        }
        else
        {
            ids.AddRange(entry.Ids.AsSpan());
        }

        return true;
    }

    public void Set(ReadOnlySpan<char> word, ReadOnlySpan<WordToken> tokens)
    {
        if (word.Length > MaxLength)
        {
            return;
        }

        var ids = new int[tokens.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = tokens[i].Id;
        }

        var hash = Hash(word);
        Volatile.Write(ref _entries[hash & (Slots - 1)], new Entry(hash, word.ToString(), ids));
    }

    // A word that is chosen to collide takes another's slot, and nothing worse.
    private static uint Hash(ReadOnlySpan<char> word)
    {
        var hash = (uint)word.Length;
        foreach (var c in word)
        {
            hash = (BitOperations.RotateLeft(hash, 5) ^ c) * Spread;
        }

        return hash ^ (hash >> 15);
    }

    private sealed record Entry(uint Hash, string Word, int[] Ids);
}
