namespace DeepLearning.Data;

/// <summary>What to say about a name that is not there: the names that are, and the one that was probably meant.</summary>
internal static class CloseNames
{
    private const int MaxListed = 20;
    private const int MaxLength = 100;

    /// <summary>
    /// "There are: a, b, c.", preceded by "Did you mean 'a'?" where a name is the same but for case, spaces and a few letters.
    /// </summary>
    public static string Explain(string name, IReadOnlyList<string> known)
    {
        if (known.Count == 0)
        {
            return "There are none.";
        }

        string? close = Closest(name, known);
        string list = string.Join(", ", known.Take(MaxListed).Select(static n => $"'{Shorten(n)}'"));
        string rest = known.Count > MaxListed ? $" and {known.Count - MaxListed} more" : "";
        return (close is null ? "" : $"Did you mean '{Shorten(close)}'? ") + $"There are: {list}{rest}.";
    }

    /// <summary>A text from a file, short enough for a message and without line breaks.</summary>
    public static string Shorten(string text)
    {
        string flat = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return flat.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 ? flat : string.Concat(flat.Select(static c => c < ' ' ? ' ' : c));
    }

    private static string? Closest(string name, IReadOnlyList<string> known)
    {
        if (name.Length > MaxLength)
        {
            return null;
        }

        string wanted = Plain(name);
        (string Name, int Distance)? best = null;
        foreach (string candidate in known)
        {
            if (candidate.Length <= MaxLength)
            {
                int distance = Distance(wanted, Plain(candidate));
                if (distance <= Math.Max(1, wanted.Length / 3) && distance < (best?.Distance ?? int.MaxValue))
                {
                    best = (candidate, distance);
                }
            }
        }

        return best?.Name;
    }

    private static string Plain(string name) =>
        string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    // The edit distance in which two letters changing places count as one edit, a row of the table at a time.
    private static int Distance(string a, string b)
    {
        int[] before = new int[b.Length + 1], previous = [.. Enumerable.Range(0, b.Length + 1)], current = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[b.Length];
    }
}
