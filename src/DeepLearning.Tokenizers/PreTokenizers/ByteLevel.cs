using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.Text;

namespace DeepLearning.Tokenizers.PreTokenizers;

/// <summary>GPT-2's words in the byte alphabet: <c>ByteLevel</c>.</summary>
/// <param name="addPrefixSpace">Whether a text that does not begin with a space gets one.</param>
/// <param name="trimOffsets">Kept for the file; the post-processor of the same name trims.</param>
/// <param name="useRegex">Whether GPT-2's pattern cuts the text.</param>
public sealed class ByteLevel(bool addPrefixSpace = true, bool trimOffsets = true, bool useRegex = true) : PreTokenizer
{
    /// <summary>GPT-2's pattern.</summary>
    public const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly TextPattern Words = TextPattern.Regex(Gpt2Pattern);

    /// <summary>Whether a text that does not begin with a space gets one.</summary>
    public bool AddPrefixSpace { get; } = addPrefixSpace;

    /// <summary>Kept for the file.</summary>
    public bool TrimOffsets { get; } = trimOffsets;

    /// <summary>Whether GPT-2's pattern cuts the text.</summary>
    public bool UseRegex { get; } = useRegex;

    internal override void Apply(WorkingText text)
    {
        Cut(text);
        text.Rewrite(static (source, piece) => piece.Start == piece.End, ByteAlphabet.Write);
    }

    /// <summary>Cuts words, whose letters are still to be written in the byte alphabet.</summary>
    internal void Cut(WorkingText text)
    {
        if (AddPrefixSpace)
        {
            text.Rewrite(
                static (source, piece) => piece.Start == piece.End || source[piece][0] == ' ',
                static rewriter =>
                {
                    rewriter.InsertBefore(" ");
                    rewriter.KeepRest();
                });
        }

        if (UseRegex)
        {
            text.Cut(static (source, piece, to) => Cutter.Cut(source, piece, to, Words, SplitDelimiterBehavior.Isolated, invert: false));
        }
    }
}
