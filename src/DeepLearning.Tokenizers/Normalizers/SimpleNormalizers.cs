using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Normalizers;

/// <summary>Lower case by Unicode's full mapping: <c>Lowercase</c>.</summary>
public sealed class Lowercase : Normalizer
{
    internal static void Lower(Rewriter rewriter)
    {
        while (!rewriter.Rest.IsEmpty)
        {
            var lower = CodePoints.ToLower(CodePoints.At(rewriter.Rest, 0, out _), out var second);
            rewriter.Replace(lower);
            if (second != 0)
            {
                rewriter.Insert(second);
            }
        }
    }

    private protected override void Rewrite(Rewriter rewriter) => Lower(rewriter);
}

/// <summary>Removes combining marks: <c>StripAccents</c>. Put <see cref="UnicodeForms"/> with NFD before it.</summary>
public sealed class StripAccents : Normalizer
{
    private protected override bool Leaves(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('\0', '\u02ff');

    private protected override void Rewrite(Rewriter rewriter)
    {
        while (!rewriter.Rest.IsEmpty)
        {
            var c = CodePoints.At(rewriter.Rest, 0, out var length);
            if (CodePoints.IsMark(c))
            {
                rewriter.Drop(length);
            }
            else
            {
                rewriter.Keep(length);
            }
        }
    }
}

/// <summary>Removes white space at the ends: <c>Strip</c>.</summary>
/// <param name="left">Whether at the beginning.</param>
/// <param name="right">Whether at the end.</param>
public sealed class Strip(bool left = true, bool right = true) : Normalizer
{
    /// <summary>Whether white space goes at the beginning.</summary>
    public bool Left { get; } = left;

    /// <summary>Whether white space goes at the end.</summary>
    public bool Right { get; } = right;

    private protected override void Rewrite(Rewriter rewriter)
    {
        var text = rewriter.Rest;
        var (start, end) = (0, text.Length);
        while (Right && end > 0 && CodePoints.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        while (Left && start < end && CodePoints.IsWhiteSpace(text[start]))
        {
            start++;
        }

        rewriter.Drop(start);
        rewriter.Keep(end - start);
        rewriter.Drop(text.Length - end);
    }
}

/// <summary>Puts a text before one that is not empty: <c>Prepend</c>.</summary>
/// <param name="text">What is put there.</param>
public sealed class Prepend(string text) : Normalizer
{
    /// <summary>What is put before the text.</summary>
    public string Text { get; } = text ?? throw new ArgumentNullException(nameof(text));

    private protected override void Rewrite(Rewriter rewriter)
    {
        rewriter.InsertBefore(Text);
        rewriter.KeepRest();
    }
}

/// <summary>What neural translation does before it reads: control characters go, odd spaces become spaces: <c>Nmt</c>.</summary>
public sealed class Nmt : Normalizer
{
    private protected override void Rewrite(Rewriter rewriter)
    {
        while (!rewriter.Rest.IsEmpty)
        {
            var c = CodePoints.At(rewriter.Rest, 0, out var length);
            switch (c)
            {
                case (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F:
                    rewriter.Drop(length);
                    break;
                case 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD:
                    rewriter.Replace(' ');
                    break;
                default:
                    rewriter.Keep(length);
                    break;
            }
        }
    }
}

/// <summary>Several normalizers one after the other: <c>Sequence</c>.</summary>
/// <param name="normalizers">The normalizers in order.</param>
public sealed class NormalizerSequence(params IReadOnlyList<Normalizer> normalizers) : Normalizer
{
    /// <summary>The normalizers in order.</summary>
    public IReadOnlyList<Normalizer> Normalizers { get; } = [.. normalizers];

    internal override void Apply(WorkingText text)
    {
        foreach (var normalizer in Normalizers)
        {
            normalizer.Apply(text);
        }
    }

    private protected override void Rewrite(Rewriter rewriter) => rewriter.KeepRest();
}

/// <summary>Each byte of the text's UTF-8 as one character of the byte alphabet: <c>ByteLevel</c>.</summary>
public sealed class ByteLevelNormalizer : Normalizer
{
    private protected override void Rewrite(Rewriter rewriter) => ByteAlphabet.Write(rewriter);
}
