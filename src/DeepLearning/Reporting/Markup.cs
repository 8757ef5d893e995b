using System.Buffers;
using System.Globalization;
using System.Text;

namespace DeepLearning.Reporting;

/// <summary>Escapes text for HTML, SVG and XML, and writes numbers the same in every culture.</summary>
internal static class Markup
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'");

    /// <summary>
    /// Text as element content or attribute value. Characters that XML cannot hold (controls, lone surrogates) become U+FFFD, so that no
    /// name, however it was made, breaks the page or leaves its place in it.
    /// </summary>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny(Special) < 0 && !text.Any(static c => char.IsControl(c) || char.IsSurrogate(c) || c >= 0xFFFE))
        {
            return text;
        }

        StringBuilder escaped = new(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                '\t' or '\n' or '\r' => escaped.Append(' '),
                < 0x20 or (>= 0x7F and < 0xA0) => escaped.Append('\uFFFD'),
                int value when (value & 0xFFFE) == 0xFFFE => escaped.Append('\uFFFD'),
                _ => escaped.Append(rune),
            };
        }

        return escaped.ToString();
    }

    /// <summary>At most so many characters, the last one an ellipsis where something was cut.</summary>
    public static string Shorten(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        int cut = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return string.Concat(text.AsSpan(0, cut), "…");
    }

    /// <summary>About how wide a 12 pixel text is: no font is at hand to measure it.</summary>
    public static double Width(string text) => text.Sum(static c => c < 0x2E80 ? 6.6 : char.IsSurrogate(c) ? 6.5 : 12.5);

    /// <summary>A value in four digits, or those before the point where they are up to six.</summary>
    public static string Number(double value)
    {
        double size = Math.Abs(value);
        string format = size is >= 1000 and < 1e6 ? "0.#" : size is >= 1e-4 and < 1e6 or 0 || !double.IsFinite(value) ? "G4" : "0.###e0";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A share as a percentage: 0.125 gives <c>12.5 %</c>.</summary>
    public static string Percent(double share, string format = "0.0") =>
        double.IsFinite(share) ? (share * 100).ToString(format, CultureInfo.InvariantCulture) + " %" : "–";

    /// <summary>A count, short where it is long: 12k, 1.5M.</summary>
    public static string Compact(double count)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return Math.Abs(count) switch
        {
            >= 1e15 => count.ToString("0.###e0", culture),
            >= 1e9 => (count / 1e9).ToString("0.##", culture) + "G",
            >= 1e6 => (count / 1e6).ToString("0.##", culture) + "M",
            >= 1e4 => (count / 1e3).ToString("0.##", culture) + "k",
            _ => count.ToString("0.######", culture),
        };
    }
}
