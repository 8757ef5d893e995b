using System.Globalization;
using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Normalizers;

/// <summary>What BERT does to a text: <c>BertNormalizer</c>.</summary>
/// <param name="cleanText">Whether control characters go and white space becomes spaces.</param>
/// <param name="handleChineseChars">Whether each CJK ideograph gets spaces around it.</param>
/// <param name="stripAccents">Whether accents go; null: where the text is lowered.</param>
/// <param name="lowercase">Whether the text is lowered.</param>
public sealed class BertNormalizer(bool cleanText = true, bool handleChineseChars = true, bool? stripAccents = null, bool lowercase = true)
    : Normalizer
{
    /// <summary>Whether control characters go and white space becomes spaces.</summary>
    public bool CleanText { get; } = cleanText;

    /// <summary>Whether each CJK ideograph gets spaces around it.</summary>
    public bool HandleChineseChars { get; } = handleChineseChars;

    /// <summary>Whether accents go; null: where the text is lowered.</summary>
    public bool? StripAccents { get; } = stripAccents;

    /// <summary>Whether the text is lowered.</summary>
    public bool Lowercase { get; } = lowercase;

    internal override void Apply(WorkingText text)
    {
        if (CleanText)
        {
            text.Rewrite(static (source, piece) => IsClean(source[piece]), Clean);
        }

        if (HandleChineseChars)
        {
            text.Rewrite(static (source, piece) => !source[piece].ContainsAnyExceptInRange('\0', '\u2fff'), Space);
        }

        if (StripAccents ?? Lowercase)
        {
            text.Rewrite(static (source, piece) => NormalForm.IsPlain(source[piece]), Strip);
        }

        if (Lowercase)
        {
            text.Rewrite(static (source, piece) => source[piece].IsEmpty, Normalizers.Lowercase.Lower);
        }
    }

    private protected override void Rewrite(Rewriter rewriter) => rewriter.KeepRest();

    private static bool IsClean(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');

    private static void Clean(Rewriter rewriter)
    {
        while (!rewriter.Rest.IsEmpty)
        {
            var c = CodePoints.At(rewriter.Rest, 0, out var length);
            if (c is '\t' or '\n' or '\r' || CodePoints.IsWhiteSpace(c) && !IsControl(c))
            {
                rewriter.Replace(' ');
            }
            else if (c is 0 or CodePoints.Replacement || IsControl(c))
            {
                rewriter.Drop(length);
            }
            else
            {
                rewriter.Keep(length);
            }
        }
    }

    private static bool IsControl(int c) => CodePoints.Category(c) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;

    private static void Space(Rewriter rewriter)
    {
        while (!rewriter.Rest.IsEmpty)
        {
            var c = CodePoints.At(rewriter.Rest, 0, out var length);
            if (IsChinese(c))
            {
                // The space before takes the ideograph's place, as the reference's does.
                rewriter.Replace(' ');
                rewriter.Insert(c);
                rewriter.Insert(' ');
            }
            else
            {
                rewriter.Keep(length);
            }
        }
    }

    private static bool IsChinese(int c) => c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x2F800 and <= 0x2FA1F);

    private static void Strip(Rewriter rewriter)
    {
        var changes = rewriter.Changes;
        changes.Clear();
        NormalForm.Decompose(rewriter.Rest, compatible: false, changes);
        foreach (var (c, change) in changes)
        {
            if (c >= 0x300 && CodePoints.Category(c) == UnicodeCategory.NonSpacingMark)
            {
                // A mark that took a place of the source takes it along; one that was added goes without a trace.
                if (change <= 0)
                {
                    rewriter.DropCodePoints(1 - change);
                }

                continue;
            }

            if (change > 0)
            {
                rewriter.Insert(c);
            }
            else
            {
                rewriter.Replace(c);
                rewriter.DropCodePoints(-change);
            }
        }
    }
}
