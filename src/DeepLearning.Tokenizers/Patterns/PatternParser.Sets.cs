using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Patterns;

internal sealed partial class PatternParser
{
    /// <summary>What stands after a backslash: one code point, or a class (then <paramref name="single"/> is −1).</summary>
    private PatternSet EscapedSet(out int single)
    {
        single = -1;
        var c = Next();
        switch (c)
        {
            case 's':
                return new PatternSet(CodePoints.IsWhiteSpace);
            case 'S':
                return new PatternSet(static x => !CodePoints.IsWhiteSpace(x));
            case 'd':
                return PatternSet.Property("Nd")!;
            case 'D':
                return PatternSet.Not(PatternSet.Property("Nd")!);
            case 'w':
                return new PatternSet(PatternSet.IsWord);
            case 'W':
                return new PatternSet(static x => !PatternSet.IsWord(x));
            case 'h':
                return PatternSet.Property("XDigit")!;
            case 'H':
                return PatternSet.Not(PatternSet.Property("XDigit")!);
            case 'p' or 'P':
                return Property(c == 'P');
            case 'n':
                single = '\n';
                break;
            case 'r':
                single = '\r';
                break;
            case 't':
                single = '\t';
                break;
            case 'f':
                single = '\f';
                break;
            case 'v':
                single = '\v';
                break;
            case 'a':
                single = '\a';
                break;
            case 'e':
                single = 0x1B;
                break;
            case 'x':
                single = Take("{") ? Hexadecimal(1, 8, '}') : Hexadecimal(1, 2, null);
                break;
            case 'u':
                single = Hexadecimal(4, 4, null);
                break;
            case '0':
                single = 0;
                break;
            case < 128 when char.IsAsciiLetterOrDigit((char)c):
                _position--;
                throw Error($"the escape '\\{(char)c}' is not supported");
            default:
                single = c;
                break;
        }

        return PatternSet.Of(single);
    }

    private PatternSet Property(bool negative)
    {
        string name;
        if (Take("{"))
        {
            negative ^= Take("^");
            var end = pattern.IndexOf('}', _position);
            name = end < 0 ? throw Error("a property's name without '}'") : pattern[_position..end];
            _position = end + 1;
        }
        else
        {
            name = char.ConvertFromUtf32(Next());
        }

        var set = PatternSet.Property(name) ?? throw Error($"the property '{name}' is unknown");
        return negative ? PatternSet.Not(set) : set;
    }

    private int Hexadecimal(int min, int max, char? close)
    {
        var (value, count) = (0L, 0);
        while (!Ended && count < max && char.IsAsciiHexDigit(pattern[_position]))
        {
            value = (value * 16) + Convert.ToInt32(pattern[_position].ToString(), 16);
            (_position, count) = (_position + 1, count + 1);
        }

        if (count < min || value > 0x10FFFF || close is not null && !Take("}"))
        {
            throw Error("a hexadecimal number of a code point was expected");
        }

        return (int)value;
    }

    /// <summary>Parses what stands in brackets: ranges, escapes, sets inside sets, <c>&amp;&amp;</c>.</summary>
    private readonly struct PatternSetParser(PatternParser parser)
    {
        public PatternSet Parse()
        {
            if (++parser._depth > MaxDepth)
            {
                throw parser.Error($"more than {MaxDepth} groups inside each other");
            }

            var negative = parser.Take("^");
            PatternSet? both = null;
            var sets = new List<PatternSet>();
            var first = true;
            while (!parser.Take("]") || first && sets.Count == 0 && both is null && Literal(sets, ']'))
            {
                first = false;
                if (parser.Ended)
                {
                    throw parser.Error("']' is missing");
                }

                if (parser.Take("&&"))
                {
                    both = both is null ? PatternSet.Union(sets) : PatternSet.Both(both, PatternSet.Union(sets));
                    sets = [];
                    continue;
                }

                Item(sets);
            }

            var union = PatternSet.Union(sets);
            var result = both is null ? union : PatternSet.Both(both, union);
            parser._depth--;
            return negative ? PatternSet.Not(result) : result;
        }

        private static bool Literal(List<PatternSet> sets, int c)
        {
            sets.Add(PatternSet.Of(c));
            return true;
        }

        private void Item(List<PatternSet> sets)
        {
            if (parser.Take("[:"))
            {
                var negative = parser.Take("^");
                var end = parser.Text.IndexOf(":]", parser._position, StringComparison.Ordinal);
                var name = end < 0 ? throw parser.Error("':]' is missing") : parser.Text[parser._position..end];
                var set = (name == "punct"
                    ? PatternSet.Union([PatternSet.Property("P")!, PatternSet.Property("S")!])
                    : PatternSet.Property(name)) ?? throw parser.Error($"the class '{name}' is unknown");
                parser._position = end + 2;
                sets.Add(negative ? PatternSet.Not(set) : set);
                return;
            }

            if (parser.Take("["))
            {
                sets.Add(Parse());
                return;
            }

            var set1 = One(out var low);
            var text = parser.Text;
            var dash = parser._position + 1 < text.Length && text[parser._position] == '-' && text[parser._position
                + 1] is not (']' or '[');
            if (low < 0 || !dash)
            {
                sets.Add(set1);
                return;
            }

            parser._position++;
            One(out var high);
            if (high < low)
            {
                throw parser.Error("a range that ends before it begins, or at a class");
            }

            sets.Add(PatternSet.Range(low, high));
        }

        private PatternSet One(out int single)
        {
            if (parser.Take("\\"))
            {
                return parser.EscapedSet(out single);
            }

            single = parser.Next();
            return PatternSet.Of(single);
        }
    }
}
