using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Text;

/// <summary>A piece of a working text. <paramref name="Token"/> is the added token that it is, or −1.</summary>
internal readonly record struct Piece(int Start, int End, int Token = -1);

/// <summary>
/// The text of one call on its way from what was given to words: its characters as they stand, where each came from, and the pieces that
/// it is cut into. While nothing was changed, places are the same and no list of them is kept.
/// </summary>
internal sealed class WorkingText
{
    private List<Piece> _pieces = [];
    private List<Piece> _next = [];
    private char[] _chars = [];
    private int _length;
    private int[]? _starts;
    private int[]? _ends;
    private Rewriter? _rewriter;

    /// <summary>Begins with a text as one piece; a lone surrogate becomes U+FFFD.</summary>
    public void Reset(ReadOnlySpan<char> text)
    {
        if (_chars.Length < text.Length)
        {
            _chars = new char[text.Length];
        }

        text.CopyTo(_chars);
        for (var i = text.IndexOfAnyInRange('\ud800', '\udfff'); i >= 0 && i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                CodePoints.At(text, i, out var length);
                _chars[i] = length == 1 ? (char)CodePoints.Replacement : _chars[i];
                i += length - 1;
            }
        }

        (_length, _starts, _ends) = (text.Length, null, null);
        _pieces.Clear();
        _pieces.Add(new Piece(0, text.Length));
    }

    /// <summary>The pieces as they stand.</summary>
    public List<Piece> Pieces => _pieces;

    /// <summary>The text of a piece.</summary>
    public ReadOnlySpan<char> this[Piece piece] => _chars.AsSpan(piece.Start, piece.End - piece.Start);

    /// <summary>Where a range of the working text came from in the text that was given.</summary>
    public (int Start, int End) Source(int start, int end)
    {
        if (start == end)
        {
            var place = start < _length ? SourceStart(start) : _length == 0 ? 0 : SourceEnd(_length - 1);
            return (place, place);
        }

        return (SourceStart(start), SourceEnd(end - 1));
    }

    public int SourceStart(int index) => _starts is null
        ? index > 0 && char.IsLowSurrogate(_chars[index]) && char.IsHighSurrogate(_chars[index - 1]) ? index - 1 : index
        : _starts[index];

    public int SourceEnd(int index) => _ends is null
        ? index + 1 < _length && char.IsHighSurrogate(_chars[index]) && char.IsLowSurrogate(_chars[index + 1]) ? index + 2 : index + 1
        : _ends[index];

    /// <summary>Cuts each piece that is not a token; what is empty is left out.</summary>
    public void Cut(Action<WorkingText, Piece, List<Piece>> cut)
    {
        _next.Clear();
        foreach (var piece in _pieces)
        {
            if (piece.Token >= 0)
            {
                _next.Add(piece);
            }
            else
            {
                cut(this, piece, _next);
            }
        }

        (_pieces, _next) = (_next, _pieces);
        _pieces.RemoveAll(static piece => piece.Start == piece.End && piece.Token < 0);
    }

    /// <summary>Rewrites each piece that is not a token.</summary>
    /// <param name="leaves">Whether a text stays as it is; where all do, nothing is copied.</param>
    /// <param name="rewrite">Writes a piece anew.</param>
    public void Rewrite(Func<WorkingText, Piece, bool> leaves, Action<Rewriter> rewrite)
    {
        var changes = false;
        foreach (var piece in _pieces)
        {
            changes |= piece.Token < 0 && !leaves(this, piece);
        }

        if (!changes)
        {
            return;
        }

        var rewriter = _rewriter ??= new Rewriter();
        rewriter.Begin(this);
        _next.Clear();
        foreach (var piece in _pieces)
        {
            var start = rewriter.Open(piece);
            if (piece.Token >= 0 || leaves(this, piece))
            {
                rewriter.KeepRest();
            }
            else
            {
                rewrite(rewriter);
            }

            _next.Add(piece with { Start = start, End = rewriter.Length });
        }

        (_pieces, _next) = (_next, _pieces);
        rewriter.Swap(ref _chars, ref _length, ref _starts, ref _ends);
    }

    /// <summary>Takes a place over: the text and the places of a range.</summary>
    public void CopyTo(int start, int end, char[] chars, int[] starts, int[] ends, int to)
    {
        Array.Copy(_chars, start, chars, to, end - start);
        if (_starts is not null)
        {
            Array.Copy(_starts, start, starts, to, end - start);
            Array.Copy(_ends!, start, ends, to, end - start);
            return;
        }

        for (var i = start; i < end; i++)
        {
            starts[to] = i;
            if (char.IsHighSurrogate(_chars[i]) && i + 1 < end && char.IsLowSurrogate(_chars[i + 1]))
            {
                (ends[to], starts[to + 1], ends[to + 1]) = (i + 2, i, i + 2);
                (i, to) = (i + 1, to + 2);
            }
            else
            {
                ends[to++] = i + 1;
            }
        }
    }

    /// <summary>The code point at a place of the working text.</summary>
    public int CodePoint(int index, int end, out int length) => CodePoints.At(_chars.AsSpan(0, end), index, out length);
}
