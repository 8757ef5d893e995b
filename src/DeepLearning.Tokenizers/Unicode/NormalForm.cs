namespace DeepLearning.Tokenizers.Unicode;

/// <summary>
/// Unicode's normal forms as changes to a text: each code point of the result with how it came about, so that offsets survive.
/// 0 stands for one source code point, a positive number for one that was added after its source, −n for one that took n more.
/// </summary>
internal static class NormalForm
{
    private const int LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7, SBase = 0xAC00, VCount = 21, TCount = 28, SCount = 11172;

    /// <summary>Whether no character of a text changes in, or moves by, any normal form.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('\0', '\x7f');

    /// <summary>NFD or NFKD.</summary>
    public static void Decompose(ReadOnlySpan<char> text, bool compatible, List<(int CodePoint, int Change)> to)
    {
        var start = to.Count;
        var tables = UnicodeTables.Instance;
        Span<int> hangul = stackalloc int[3];
        for (var i = 0; i < text.Length;)
        {
            var c = CodePoints.At(text, i, out var length);
            i += length;
            if (c < 128)
            {
                start = Sort(to, start);
                to.Add((c, 0));
                start = to.Count;
                continue;
            }

            ReadOnlySpan<int> parts = [c];
            if (c is >= SBase and < SBase + SCount)
            {
                var s = c - SBase;
                hangul[0] = LBase + (s / (VCount * TCount));
                hangul[1] = VBase + (s % (VCount * TCount) / TCount);
                hangul[2] = TBase + (s % TCount);
                parts = hangul[..(s % TCount == 0 ? 2 : 3)];
            }
            else if (compatible && tables.Compatible.TryGetValue(c, out var found) || tables.Canonical.TryGetValue(c, out found))
            {
                parts = found;
            }

            for (var j = 0; j < parts.Length; j++)
            {
                if (Class(parts[j]) == 0)
                {
                    start = Sort(to, start);
                    to.Add((parts[j], Math.Min(j, 1)));
                    start = to.Count;
                }
                else
                {
                    to.Add((parts[j], Math.Min(j, 1)));
                }
            }
        }

        Sort(to, start);
    }

    /// <summary>Composes a decomposed list in place from an index on: NFC after NFD, NFKC after NFKD.</summary>
    public static void Compose(List<(int CodePoint, int Change)> list, int from)
    {
        var (write, starter, lastClass) = (from, -1, -1);
        for (var read = from; read < list.Count; read++)
        {
            var (c, change) = list[read];
            var own = Class(c);
            if (starter >= 0 && (lastClass == -1 || lastClass < own) && Pair(list[starter].CodePoint, c) is var composed && composed != 0)
            {
                list[starter] = (composed, list[starter].Change + change - 1);
                continue;
            }

            if (own == 0)
            {
                (starter, lastClass) = (write, -1);
            }
            else
            {
                lastClass = own;
            }

            list[write++] = (c, change);
        }

        list.RemoveRange(write, list.Count - write);
    }

    /// <summary>The canonical combining class.</summary>
    public static int Class(int codePoint) =>
        codePoint is < 0x300 or >= 0x20000 ? 0 : UnicodeTables.Instance.CombiningClasses[codePoint];

    private static int Sort(List<(int CodePoint, int Change)> list, int start)
    {
        if (list.Count - start < 2)
        {
            return list.Count;
        }

        // By class and, within one, by place: a stable order that a hostile run of marks cannot make slow.
        var items = list[start..];
        var keys = new long[items.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = ((long)Class(items[i].CodePoint) << 32) | (uint)i;
        }

        Array.Sort(keys);
        for (var i = 0; i < keys.Length; i++)
        {
            list[start + i] = items[(int)(keys[i] & 0xFFFFFFFF)];
        }

        return list.Count;
    }

    private static int Pair(int first, int second)
    {
        if (first is >= LBase and < LBase + 19 && second is >= VBase and < VBase + VCount)
        {
            return SBase + ((((first - LBase) * VCount) + second - VBase) * TCount);
        }

        if (first is >= SBase and < SBase + SCount && (first - SBase) % TCount == 0 && second is > TBase and < TBase + TCount)
        {
            return first + second - TBase;
        }

        return second < 128 ? 0 : UnicodeTables.Instance.Composites.GetValueOrDefault((first, second));
    }
}
