using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.PreTokenizers;

/// <summary>Cuts where the script changes; Hiragana and Katakana count as Han: <c>UnicodeScripts</c>.</summary>
public sealed class UnicodeScripts : PreTokenizer
{
    private static readonly (int First, int Last, string Script)[] Ranges = [.. UnicodeTables.Instance.Scripts
        .Where(static script => script.Key != "Unknown")
        .SelectMany(static script => script.Value.Select(range => (range.First, range.Last, script.Key)))
        .OrderBy(static range => range.First)];

    internal override void Apply(WorkingText text) => text.Cut(static (source, piece, to) =>
    {
        var span = source[piece];
        var (start, last) = (-1, (string?)null);
        for (var i = 0; i < span.Length;)
        {
            var c = CodePoints.At(span, i, out var length);
            // A space and what has no script belong to whatever stands around them.
            var script = c == ' ' ? null : Script(c);
            if (script is not null && script != last)
            {
                if (start >= 0)
                {
                    to.Add(new Piece(piece.Start + start, piece.Start + i));
                }

                (start, last) = (i, script);
            }

            i += length;
        }

        if (start >= 0)
        {
            to.Add(new Piece(piece.Start + start, piece.End));
        }
    });

    private static string? Script(int c)
    {
        if (c == 0x30FC)
        {
            return "Han";
        }

        var (low, high) = (0, Ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var range = Ranges[middle];
            if (c < range.First)
            {
                high = middle - 1;
            }
            else if (c > range.Last)
            {
                low = middle + 1;
            }
            else
            {
                return range.Script is "Hiragana" or "Katakana" ? "Han" : range.Script;
            }
        }

        return null;
    }
}
