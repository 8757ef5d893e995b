namespace DeepLearning.Tokenizers.Patterns;

/// <summary>
/// What a component looks for: a text as it stands, or a regular expression (<c>{"String": …}</c> or <c>{"Regex":
/// …}</c>).
/// </summary>
public sealed class TextPattern
{
    private TextPattern(string source, bool isRegex)
    {
        ArgumentNullException.ThrowIfNull(source);
        (Source, IsRegex) = (source, isRegex);
        Compiled = isRegex ? new Pattern(source) : Pattern.Literal(source);
    }

    /// <summary>The text or the expression.</summary>
    public string Source { get; }

    /// <summary>Whether <see cref="Source"/> is an expression.</summary>
    public bool IsRegex { get; }

    /// <summary>The text or the expression, and which it is.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => IsRegex ? $"Regex {Source}" : $"Literal {Source}";

    internal Pattern Compiled { get; }

    /// <summary>Looks for a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The pattern.</returns>
    public static TextPattern Literal(string text) => new(text, isRegex: false);

    /// <summary>
    /// Looks for a regular expression of Oniguruma's kind: classes with properties, groups, options, look-around, lazy and possessive
    /// repeats.
    /// </summary>
    /// <param name="expression">The expression.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="TokenizerException">The expression is not one, or uses what is not supported (references back).</exception>
    public static TextPattern Regex(string expression) => new(expression, isRegex: true);

    /// <summary>The next match at a place or after it; an empty one is passed over.</summary>
    internal bool Find(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        (start, end) = (from, from);
        if (Source.Length == 0)
        {
            return false;
        }

        if (!IsRegex)
        {
            var found = text[from..].IndexOf(Source, StringComparison.Ordinal);
            (start, end) = (from + found, from + found + Source.Length);
            return found >= 0;
        }

        while (Compiled.Find(text, from, out start, out end))
        {
            if (end > start)
            {
                return true;
            }

            if (end == text.Length)
            {
                return false;
            }

            Unicode.CodePoints.At(text, end, out var length);
            from = end + length;
        }

        return false;
    }
}
