using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.PreTokenizers;

/// <summary>Runs of word characters and runs of what is neither word nor white space: <c>Whitespace</c>, by <c>\w+|[^\w\s]+</c>.</summary>
public sealed class Whitespace : PreTokenizer
{
    internal override void Apply(WorkingText text) => text.Cut(static (source, piece, to) =>
    {
        var span = source[piece];
        var (start, kind) = (0, 0);
        for (var i = 0; i < span.Length;)
        {
            var c = CodePoints.At(span, i, out var length);
            var next = CodePoints.IsWord(c) ? 1 : CodePoints.IsWhiteSpace(c) ? 0 : 2;
            if (next != kind)
            {
                if (kind != 0)
                {
                    to.Add(new Piece(piece.Start + start, piece.Start + i));
                }

                (start, kind) = (i, next);
            }

            i += length;
        }

        if (kind != 0)
        {
            to.Add(new Piece(piece.Start + start, piece.End));
        }
    });
}

/// <summary>What stands between white space: <c>WhitespaceSplit</c>.</summary>
public sealed class WhitespaceSplit : PreTokenizer
{
    internal override void Apply(WorkingText text) => text.Cut(static (source, piece, to) =>
        Cutter.Cut(source, piece, to, CodePoints.IsWhiteSpace, SplitDelimiterBehavior.Removed));
}

/// <summary>Words between white space, each punctuation character alone: <c>BertPreTokenizer</c>.</summary>
public sealed class BertPreTokenizer : PreTokenizer
{
    internal override void Apply(WorkingText text) => text.Cut(static (source, piece, to) =>
    {
        var span = source[piece];
        var start = 0;
        for (var i = 0; i < span.Length;)
        {
            var c = CodePoints.At(span, i, out var length);
            var space = CodePoints.IsWhiteSpace(c);
            if (space || CodePoints.IsPunctuation(c))
            {
                to.Add(new Piece(piece.Start + start, piece.Start + i));
                if (!space)
                {
                    to.Add(new Piece(piece.Start + i, piece.Start + i + length));
                }

                start = i + length;
            }

            i += length;
        }

        to.Add(new Piece(piece.Start + start, piece.End));
    });
}

/// <summary>Splits at punctuation: <c>Punctuation</c>.</summary>
/// <param name="behavior">What becomes of the punctuation.</param>
public sealed class Punctuation(SplitDelimiterBehavior behavior = SplitDelimiterBehavior.Isolated) : PreTokenizer
{
    /// <summary>What becomes of the punctuation.</summary>
    public SplitDelimiterBehavior Behavior { get; } = behavior;

    internal override void Apply(WorkingText text) =>
        text.Cut((source, piece, to) => Cutter.Cut(source, piece, to, CodePoints.IsPunctuation, Behavior));
}

/// <summary>Splits at numbers: <c>Digits</c>.</summary>
/// <param name="individualDigits">Whether each digit is a word of its own.</param>
public sealed class Digits(bool individualDigits = false) : PreTokenizer
{
    /// <summary>Whether each digit is a word of its own.</summary>
    public bool IndividualDigits { get; } = individualDigits;

    internal override void Apply(WorkingText text) => text.Cut((source, piece, to) => Cutter.Cut(source, piece, to, CodePoints.IsNumeric,
        IndividualDigits ? SplitDelimiterBehavior.Isolated : SplitDelimiterBehavior.Contiguous));
}

/// <summary>Splits at one character and leaves it out: <c>CharDelimiterSplit</c>.</summary>
/// <param name="delimiter">The character: one code point.</param>
public sealed class CharDelimiterSplit(string delimiter) : PreTokenizer
{
    /// <summary>The character.</summary>
    public string Delimiter { get; } = OneCharacter.Check(delimiter, nameof(CharDelimiterSplit), nameof(delimiter));

    internal override void Apply(WorkingText text)
    {
        var c = CodePoints.At(Delimiter, 0, out _);
        text.Cut((source, piece, to) => Cutter.Cut(source, piece, to, x => x == c, SplitDelimiterBehavior.Removed));
    }
}

/// <summary>Splits at the matches of a pattern: <c>Split</c>.</summary>
/// <param name="pattern">What is looked for.</param>
/// <param name="behavior">What becomes of the matches.</param>
/// <param name="invert">Whether the text between the matches counts as the matches.</param>
public sealed class Split(TextPattern pattern, SplitDelimiterBehavior behavior, bool invert = false) : PreTokenizer
{
    /// <summary>What is looked for.</summary>
    public TextPattern Pattern { get; } = pattern ?? throw new ArgumentNullException(nameof(pattern));

    /// <summary>What becomes of the matches.</summary>
    public SplitDelimiterBehavior Behavior { get; } = behavior;

    /// <summary>Whether the text between the matches counts as the matches.</summary>
    public bool Invert { get; } = invert;

    internal override void Apply(WorkingText text) =>
        text.Cut((source, piece, to) => Cutter.Cut(source, piece, to, Pattern, Behavior, Invert));
}

/// <summary>Cuts into pieces of so many characters: <c>FixedLength</c>.</summary>
/// <param name="length">How many code points a piece has.</param>
public sealed class FixedLength(int length = 5) : PreTokenizer
{
    /// <summary>How many code points a piece has.</summary>
    public int Length { get; } = length > 0 ? length
        : throw new ArgumentOutOfRangeException(nameof(length), length, "FixedLength: length is at least 1.");

    internal override void Apply(WorkingText text) => text.Cut((source, piece, to) =>
    {
        var span = source[piece];
        var (start, count) = (0, 0);
        for (var i = 0; i < span.Length;)
        {
            CodePoints.At(span, i, out var units);
            i += units;
            if (++count == Length || i == span.Length)
            {
                to.Add(new Piece(piece.Start + start, piece.Start + i));
                (start, count) = (i, 0);
            }
        }
    });
}

/// <summary>Checks arguments that are one character.</summary>
internal static class OneCharacter
{
    public static string Check(string text, string owner, string argument)
    {
        ArgumentNullException.ThrowIfNull(text, argument);
        return CodePoints.Count(text) == 1 ? text
            : throw new ArgumentException($"{owner}: {argument} '{text}' is not one character.", argument);
    }
}
