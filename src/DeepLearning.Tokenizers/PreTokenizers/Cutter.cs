using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.PreTokenizers;

/// <summary>
/// Collects the matches and the text between them in order and cuts a piece by them. What a behavior needs to know of the past is the last
/// part and whether it was a match, so parts are written as they come.
/// </summary>
internal ref struct Cutter(Piece piece, List<Piece> to, SplitDelimiterBehavior behavior)
{
    private readonly int _first = to.Count;
    private bool _afterMatch;
    private int _pendingStart = -1;
    private int _pendingEnd;

    /// <summary>The next part, by places within the piece.</summary>
    public void Add(int start, int end, bool isMatch)
    {
        if (start == end)
        {
            return;
        }

        (start, end) = (piece.Start + start, piece.Start + end);
        switch (behavior)
        {
            case SplitDelimiterBehavior.Removed:
                if (!isMatch)
                {
                    to.Add(new Piece(start, end));
                }

                break;
            case SplitDelimiterBehavior.Isolated:
                to.Add(new Piece(start, end));
                break;
            case SplitDelimiterBehavior.Contiguous:
                Join(start, end, isMatch == _afterMatch);
                break;
            case SplitDelimiterBehavior.MergedWithPrevious:
                Join(start, end, isMatch && !_afterMatch);
                break;
            default:
                MergeNext(start, end, isMatch);
                break;
        }

        _afterMatch = isMatch;
    }

    /// <summary>Ends the piece.</summary>
    public void Close()
    {
        if (_pendingStart >= 0)
        {
            to.Add(new Piece(_pendingStart, _pendingEnd));
        }
    }

    /// <summary>Cuts by a pattern.</summary>
    public static void Cut(WorkingText text, Piece piece, List<Piece> to, TextPattern pattern, SplitDelimiterBehavior behavior, bool invert)
    {
        var cutter = new Cutter(piece, to, behavior);
        var span = text[piece];
        var at = 0;
        while (at < span.Length && pattern.Find(span, at, out var start, out var end))
        {
            cutter.Add(at, start, invert);
            cutter.Add(start, end, !invert);
            at = end;
        }

        cutter.Add(at, span.Length, invert);
        cutter.Close();
    }

    /// <summary>Cuts at the characters of a class, each a match of its own.</summary>
    public static void Cut(WorkingText text, Piece piece, List<Piece> to, Func<int, bool> isMatch, SplitDelimiterBehavior behavior)
    {
        var cutter = new Cutter(piece, to, behavior);
        var span = text[piece];
        var at = 0;
        for (var i = 0; i < span.Length;)
        {
            var c = CodePoints.At(span, i, out var length);
            if (isMatch(c))
            {
                cutter.Add(at, i, false);
                cutter.Add(i, i + length, true);
                at = i + length;
            }

            i += length;
        }

        cutter.Add(at, span.Length, false);
        cutter.Close();
    }

    private readonly void Join(int start, int end, bool joins)
    {
        if (joins && to.Count > _first)
        {
            to[^1] = to[^1] with { End = end };
        }
        else
        {
            to.Add(new Piece(start, end));
        }
    }

    /// <summary>Of matches in a row only the last belongs to what follows.</summary>
    private void MergeNext(int start, int end, bool isMatch)
    {
        if (isMatch)
        {
            Close();
            (_pendingStart, _pendingEnd) = (start, end);
            return;
        }

        to.Add(new Piece(_pendingStart >= 0 ? _pendingStart : start, end));
        _pendingStart = -1;
    }
}
