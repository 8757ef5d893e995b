using System.Globalization;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Patterns;

/// <summary>A set of code points: what one character of a pattern may be. Answers are kept by pages of 256 code points.</summary>
internal sealed class PatternSet
{
    private const int Pages = 0x200;

    private readonly Func<int, bool> _has;
    private readonly ulong[]?[] _pages = new ulong[Pages][];

    public PatternSet(Func<int, bool> has) => _has = has;

    public bool Contains(int c)
    {
        var page = c >> 8;
        if (page >= Pages)
        {
            return _has(c);
        }

        var bits = _pages[page] ?? Fill(page);
        return (bits[(c >> 6) & 3] >> (c & 63) & 1) != 0;
    }

    public static PatternSet Of(int c) => new(x => x == c);

    public static PatternSet Not(PatternSet set) => new(c => !set._has(c));

    public static PatternSet Union(IReadOnlyList<PatternSet> sets) => sets.Count == 1 ? sets[0] : new(c =>
    {
        foreach (var set in sets)
        {
            if (set._has(c))
            {
                return true;
            }
        }

        return false;
    });

    public static PatternSet Both(PatternSet a, PatternSet b) => new(c => a._has(c) && b._has(c));

    public static PatternSet Range(int first, int last) => new(c => c >= first && c <= last);

    /// <summary>The set closed under simple case folding.</summary>
    public static PatternSet AnyCase(PatternSet set) => new(c =>
    {
        if (set._has(c))
        {
            return true;
        }

        var (lower, upper) = (Lower(c), Upper(c));
        if (set._has(lower) || set._has(upper) || set._has(Lower(upper)) || set._has(Upper(lower)))
        {
            return true;
        }

        return lower switch
        {
            's' or 0x17F => set._has('s') || set._has('S') || set._has(0x17F),
            'k' => set._has('k') || set._has('K') || set._has(0x212A),
            0xE5 => set._has(0xE5) || set._has(0xC5) || set._has(0x212B),
            _ => false,
        };
    });

    /// <summary>The set of a property's name as patterns write it, or null.</summary>
    public static PatternSet? Property(string name)
    {
        var key = name.Replace("_", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)
            .Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        if (key.StartsWith("SCRIPT=", StringComparison.Ordinal) || key.StartsWith("SC=", StringComparison.Ordinal))
        {
            return Script(name[(name.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        }

        var categories = Categories(key);
        if (categories != 0)
        {
            return new PatternSet(c => (categories >> (int)CodePoints.Category(c) & 1) != 0);
        }

        return key switch
        {
            "DIGIT" => new(c => CodePoints.Category(c) == UnicodeCategory.DecimalDigitNumber),
            "WORD" => new(IsWord),
            "SPACE" or "WHITESPACE" => new(CodePoints.IsWhiteSpace),
            "BLANK" => new(c => c == '\t' || CodePoints.Category(c) == UnicodeCategory.SpaceSeparator),
            "CNTRL" => new(c => CodePoints.Category(c) == UnicodeCategory.Control),
            "XDIGIT" or "ASCIIHEXDIGIT" => new(c => c < 128 && char.IsAsciiHexDigit((char)c)),
            "ASCII" => new(c => c < 128),
            "ANY" => new(_ => true),
            _ => Script(name),
        };
    }

    /// <summary>A character of words as patterns mean it.</summary>
    public static bool IsWord(int c) => CodePoints.IsWord(c) ? c is not (0x200C or 0x200D)
        : c is 0xB2 or 0xB3 or 0xB9 or (>= 0xBC and <= 0xBE);

    private static PatternSet? Script(string name)
    {
        var key = name.Replace(" ", "_", StringComparison.Ordinal).Replace("-", "_", StringComparison.Ordinal);
        return UnicodeTables.Instance.Scripts.TryGetValue(key, out var ranges) ? new PatternSet(c => InRanges(ranges, c)) : null;
    }

    private static bool InRanges((int First, int Last)[] ranges, int c)
    {
        var (low, high) = (0, ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (c < ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (c > ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private static uint Categories(string key) => key switch
    {
        "L" or "LETTER" => Bits(UnicodeCategory.UppercaseLetter, UnicodeCategory.OtherLetter),
        "LU" or "UPPERCASELETTER" => Bit(UnicodeCategory.UppercaseLetter),
        "LL" or "LOWERCASELETTER" => Bit(UnicodeCategory.LowercaseLetter),
        "LT" or "TITLECASELETTER" => Bit(UnicodeCategory.TitlecaseLetter),
        "LC" or "CASEDLETTER" => Bits(UnicodeCategory.UppercaseLetter, UnicodeCategory.TitlecaseLetter),
        "LM" or "MODIFIERLETTER" => Bit(UnicodeCategory.ModifierLetter),
        "LO" or "OTHERLETTER" => Bit(UnicodeCategory.OtherLetter),
        "M" or "MARK" or "COMBININGMARK" => Bits(UnicodeCategory.NonSpacingMark, UnicodeCategory.EnclosingMark),
        "MN" or "NONSPACINGMARK" => Bit(UnicodeCategory.NonSpacingMark),
        "MC" or "SPACINGMARK" => Bit(UnicodeCategory.SpacingCombiningMark),
        "ME" or "ENCLOSINGMARK" => Bit(UnicodeCategory.EnclosingMark),
        "N" or "NUMBER" => Bits(UnicodeCategory.DecimalDigitNumber, UnicodeCategory.OtherNumber),
        "ND" or "DECIMALNUMBER" => Bit(UnicodeCategory.DecimalDigitNumber),
        "NL" or "LETTERNUMBER" => Bit(UnicodeCategory.LetterNumber),
        "NO" or "OTHERNUMBER" => Bit(UnicodeCategory.OtherNumber),
        "Z" or "SEPARATOR" => Bits(UnicodeCategory.SpaceSeparator, UnicodeCategory.ParagraphSeparator),
        "ZS" or "SPACESEPARATOR" => Bit(UnicodeCategory.SpaceSeparator),
        "ZL" or "LINESEPARATOR" => Bit(UnicodeCategory.LineSeparator),
        "ZP" or "PARAGRAPHSEPARATOR" => Bit(UnicodeCategory.ParagraphSeparator),
        "C" or "OTHER" => Bits(UnicodeCategory.Control, UnicodeCategory.PrivateUse) | Bit(UnicodeCategory.OtherNotAssigned),
        "CC" or "CONTROL" => Bit(UnicodeCategory.Control),
        "CF" or "FORMAT" => Bit(UnicodeCategory.Format),
        "CS" or "SURROGATE" => Bit(UnicodeCategory.Surrogate),
        "CO" or "PRIVATEUSE" => Bit(UnicodeCategory.PrivateUse),
        "CN" or "UNASSIGNED" => Bit(UnicodeCategory.OtherNotAssigned),
        "P" or "PUNCTUATION" or "PUNCT" => Bits(UnicodeCategory.ConnectorPunctuation, UnicodeCategory.OtherPunctuation),
        "PC" or "CONNECTORPUNCTUATION" => Bit(UnicodeCategory.ConnectorPunctuation),
        "PD" or "DASHPUNCTUATION" => Bit(UnicodeCategory.DashPunctuation),
        "PS" or "OPENPUNCTUATION" => Bit(UnicodeCategory.OpenPunctuation),
        "PE" or "CLOSEPUNCTUATION" => Bit(UnicodeCategory.ClosePunctuation),
        "PI" or "INITIALPUNCTUATION" => Bit(UnicodeCategory.InitialQuotePunctuation),
        "PF" or "FINALPUNCTUATION" => Bit(UnicodeCategory.FinalQuotePunctuation),
        "PO" or "OTHERPUNCTUATION" => Bit(UnicodeCategory.OtherPunctuation),
        "S" or "SYMBOL" => Bits(UnicodeCategory.MathSymbol, UnicodeCategory.OtherSymbol),
        "SM" or "MATHSYMBOL" => Bit(UnicodeCategory.MathSymbol),
        "SC" or "CURRENCYSYMBOL" => Bit(UnicodeCategory.CurrencySymbol),
        "SK" or "MODIFIERSYMBOL" => Bit(UnicodeCategory.ModifierSymbol),
        "SO" or "OTHERSYMBOL" => Bit(UnicodeCategory.OtherSymbol),
        _ => 0,
    };

    private static uint Bit(UnicodeCategory category) => 1u << (int)category;

    private static uint Bits(UnicodeCategory first, UnicodeCategory last)
    {
        var bits = 0u;
        for (var category = first; category <= last; category++)
        {
            bits |= Bit(category);
        }

        return bits;
    }

    private static int Lower(int c) => CodePoints.ToLower(c, out var second) is var lower && second == 0 ? lower : c;

    private static int Upper(int c) => System.Text.Rune.IsValid(c) ? System.Text.Rune.ToUpperInvariant(new System.Text.Rune(c)).Value : c;

    private ulong[] Fill(int page)
    {
        var bits = new ulong[4];
        for (var i = 0; i < 256; i++)
        {
            if (_has((page << 8) | i))
            {
                bits[i >> 6] |= 1UL << (i & 63);
            }
        }

        return _pages[page] = bits;
    }
}
