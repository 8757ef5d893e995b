using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.PreTokenizers;

/// <summary>When <see cref="Metaspace"/> puts its mark before a text.</summary>
public enum PrependScheme
{
    /// <summary>Before every piece between added tokens.</summary>
    Always,

    /// <summary>Before the piece that begins the text.</summary>
    First,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>Writes spaces as a mark and cuts before it: <c>Metaspace</c>, SentencePiece's way.</summary>
/// <param name="replacement">The mark, one character.</param>
/// <param name="prependScheme">When the mark is put before a text.</param>
/// <param name="split">Whether the text is cut before each mark.</param>
public sealed class Metaspace(string replacement = "▁", PrependScheme prependScheme = PrependScheme.Always,
    bool split = true) : PreTokenizer
{
    /// <summary>The mark.</summary>
    public string Replacement { get; } = OneCharacter.Check(replacement, nameof(Metaspace), nameof(replacement));

    /// <summary>When the mark is put before a text.</summary>
    public PrependScheme PrependScheme { get; } = prependScheme;

    /// <summary>Whether the text is cut before each mark.</summary>
    public bool Split { get; } = split;

    internal override void Apply(WorkingText text)
    {
        text.Rewrite((source, piece) => Leaves(source, piece), Write);
        if (Split)
        {
            var mark = CodePoints.At(Replacement, 0, out _);
            text.Cut((source, piece, to) => Cutter.Cut(source, piece, to, c => c == mark, SplitDelimiterBehavior.MergedWithNext));
        }
    }

    private bool Prepends(ReadOnlySpan<char> text, int sourceStart) => PrependScheme switch
    {
        PrependScheme.Never => false,
        PrependScheme.First when sourceStart != 0 => false,
        _ => !text.StartsWith(Replacement, StringComparison.Ordinal) && text[0] != ' ',
    };

    private bool Leaves(WorkingText source, Piece piece)
    {
        var text = source[piece];
        return text.IsEmpty || !text.Contains(' ') && !Prepends(text, source.SourceStart(piece.Start));
    }

    private void Write(Rewriter rewriter)
    {
        if (Prepends(rewriter.Rest, rewriter.SourceStart))
        {
            rewriter.InsertBefore(Replacement);
        }

        while (!rewriter.Rest.IsEmpty)
        {
            var space = rewriter.Rest.IndexOf(' ');
            if (space != 0)
            {
                rewriter.Keep(space < 0 ? rewriter.Rest.Length : space);
            }
            else
            {
                rewriter.Drop(1);
                rewriter.Insert(Replacement);
            }
        }
    }
}
