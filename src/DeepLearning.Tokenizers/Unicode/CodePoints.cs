using System.Globalization;
using System.Text;

namespace DeepLearning.Tokenizers.Unicode;

/// <summary>Reading code points, and the classes of characters that tokenizers are defined by.</summary>
internal static class CodePoints
{
    public const int Replacement = 0xFFFD;

    /// <summary>The code point at a place and how many units it takes; a lone surrogate reads as U+FFFD.</summary>
    public static int At(ReadOnlySpan<char> text, int index, out int length)
    {
        var c = text[index];
        length = 1;
        if (!char.IsSurrogate(c))
        {
            return c;
        }

        if (char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(c, text[index + 1]);
        }

        return Replacement;
    }

    /// <summary>The code point that ends before a place and how many units it takes.</summary>
    public static int Before(ReadOnlySpan<char> text, int index, out int length)
    {
        var c = text[index - 1];
        length = 1;
        if (!char.IsSurrogate(c))
        {
            return c;
        }

        if (char.IsLowSurrogate(c) && index > 1 && char.IsHighSurrogate(text[index - 2]))
        {
            length = 2;
            return char.ConvertToUtf32(text[index - 2], c);
        }

        return Replacement;
    }

    /// <summary>How many code points a text has.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; count++)
        {
            At(text, i, out var length);
            i += length;
        }

        return count;
    }

    /// <summary>How many bytes a code point takes in UTF-8.</summary>
    public static int Utf8Length(int codePoint) => codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;

    /// <summary>Unicode's general category.</summary>
    public static UnicodeCategory Category(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint);

    /// <summary>Unicode's White_Space.</summary>
    public static bool IsWhiteSpace(int c) => c switch
    {
        ' ' or (>= 0x09 and <= 0x0D) => true,
        < 0x85 => false,
        0x85 or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A) or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000 => true,
        _ => false,
    };

    /// <summary>ASCII's punctuation and symbols, and Unicode's punctuation.</summary>
    public static bool IsPunctuation(int c)
    {
        if (c < 128)
        {
            return c is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~');
        }

        return Category(c) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.OtherPunctuation;
    }

    /// <summary>Nd, Nl and No.</summary>
    public static bool IsNumeric(int c) => c < 128
        ? c is >= '0' and <= '9'
        : Category(c) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Mc, Me and Mn.</summary>
    public static bool IsMark(int c) => c >= 0x300 && Category(c) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>A character of words by UTS 18: alphabetic, mark, decimal digit, connector punctuation, join control.</summary>
    public static bool IsWord(int c)
    {
        if (c < 128)
        {
            return char.IsAsciiLetterOrDigit((char)c) || c == '_';
        }

        return Category(c) switch
        {
            <= UnicodeCategory.LetterNumber => true,
            UnicodeCategory.ConnectorPunctuation => true,
            UnicodeCategory.OtherSymbol => c is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
                or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
            UnicodeCategory.Format => c is 0x200C or 0x200D,
            _ => false,
        };
    }

    /// <summary>The full lower case of a code point: one or two code points.</summary>
    public static int ToLower(int c, out int second)
    {
        second = 0;
        if (c < 128)
        {
            return c is >= 'A' and <= 'Z' ? c | 0x20 : c;
        }

        if (c == 0x130)
        {
            second = 0x307;
            return 'i';
        }

        return Rune.IsValid(c) ? Rune.ToLowerInvariant(new Rune(c)).Value : c;
    }

    /// <summary>Writes a code point's units; returns how many.</summary>
    public static int Write(int codePoint, Span<char> to)
    {
        if (codePoint < 0x10000)
        {
            to[0] = (char)codePoint;
            return 1;
        }

        to[0] = (char)(0xD800 + ((codePoint - 0x10000) >> 10));
        to[1] = (char)(0xDC00 + ((codePoint - 0x10000) & 0x3FF));
        return 2;
    }

    /// <summary>Writes a code point's UTF-8; returns how many bytes.</summary>
    public static int WriteUtf8(int c, Span<byte> to)
    {
        switch (Utf8Length(c))
        {
            case 1:
                to[0] = (byte)c;
                return 1;
            case 2:
                to[0] = (byte)(0xC0 | (c >> 6));
                to[1] = (byte)(0x80 | (c & 63));
                return 2;
            case 3:
                to[0] = (byte)(0xE0 | (c >> 12));
                to[1] = (byte)(0x80 | ((c >> 6) & 63));
                to[2] = (byte)(0x80 | (c & 63));
                return 3;
            default:
                to[0] = (byte)(0xF0 | (c >> 18));
                to[1] = (byte)(0x80 | ((c >> 12) & 63));
                to[2] = (byte)(0x80 | ((c >> 6) & 63));
                to[3] = (byte)(0x80 | (c & 63));
                return 4;
        }
    }
}
