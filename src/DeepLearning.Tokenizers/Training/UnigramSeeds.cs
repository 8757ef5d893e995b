using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Training;

/// <summary>A piece and its log probability.</summary>
internal readonly record struct UnigramPiece(string Text, double Score);

/// <summary>What a Unigram training begins with: the characters of the texts, and their frequent substrings.</summary>
internal static class UnigramSeeds
{
    /// <summary>The pieces, characters first, with the logarithm of their share of what all of them cover.</summary>
    /// <param name="words">Words and how often they are there, in a fixed order.</param>
    /// <param name="initial">Characters that are there at any rate.</param>
    /// <param name="longest">The most characters of a piece.</param>
    /// <param name="most">How many substrings are taken.</param>
    /// <param name="alphabet">Receives the characters.</param>
    public static List<UnigramPiece> Of(
        KeyValuePair<string, long>[] words, IReadOnlyList<string> initial, int longest, int most, out HashSet<string> alphabet)
    {
        Dictionary<string, long> characters = new(StringComparer.Ordinal), substrings = new(StringComparer.Ordinal);
        var byCharacter = characters.GetAlternateLookup<ReadOnlySpan<char>>();
        var bySubstring = substrings.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in initial)
        {
            characters[text] = 1;
        }

        List<int> starts = [];
        foreach (var (word, count) in words)
        {
            Starts(word, starts);
            for (var first = 0; first + 1 < starts.Count; first++)
            {
                var one = word.AsSpan(starts[first]..starts[first + 1]);
                byCharacter[one] = byCharacter.TryGetValue(one, out var seen) ? seen + count : count;
                for (var last = first + 2; last < starts.Count && last - first <= longest; last++)
                {
                    var part = word.AsSpan(starts[first]..starts[last]);
                    bySubstring[part] = bySubstring.TryGetValue(part, out seen) ? seen + count : count;
                }
            }

            Bound(substrings, most);
        }

        alphabet = [.. characters.Keys];
        var taken = substrings.Where(static pair => pair.Value > 1).OrderByDescending(static pair => pair.Value * pair.Key.Length)
            .ThenBy(static pair => pair.Key, StringComparer.Ordinal).Take(most)
            .Select(static pair => (pair.Key, Weight: (double)pair.Value * pair.Key.Length));
        var single = characters.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => (pair.Key, (double)pair.Value));
        (string Key, double Weight)[] all = [.. single, .. taken];
        var sum = all.Sum(static piece => piece.Weight);
        return [.. all.Select(piece => new UnigramPiece(piece.Key, Math.Log(piece.Weight / sum)))];
    }

    /// <summary>Keeps memory in bounds: of more than so many substrings, the rarest go, and would have to become frequent anew.</summary>
    private static void Bound(Dictionary<string, long> substrings, int most)
    {
        const int Slack = 8;
        if (substrings.Count <= (long)most * Slack)
        {
            return;
        }

        long least = 1;
        while (substrings.Count > (long)most * Slack / 2)
        {
            foreach (var (text, count) in substrings.ToArray())
            {
                if (count <= least)
                {
                    substrings.Remove(text);
                }
            }

            least *= 2;
        }
    }

    /// <summary>Where the characters of a word begin, and its end.</summary>
    private static void Starts(string word, List<int> starts)
    {
        starts.Clear();
        for (var i = 0; i < word.Length;)
        {
            starts.Add(i);
            CodePoints.At(word, i, out var length);
            i += length;
        }

        starts.Add(word.Length);
    }
}
