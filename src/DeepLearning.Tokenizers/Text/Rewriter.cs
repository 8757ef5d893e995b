using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Text;

/// <summary>Writes a working text anew, piece by piece, and notes where each character came from.</summary>
internal sealed class Rewriter
{
    private WorkingText _source = new();
    private Piece _piece;
    private int _position;
    private int _written;
    private int _trimmed = -1;
    private char[] _chars = [];
    private int[] _starts = [];
    private int[] _ends = [];

    /// <summary>How much was written.</summary>
    public int Length { get; private set; }

    /// <summary>The piece's text that is still to be read.</summary>
    public ReadOnlySpan<char> Rest => _source[new Piece(_position, _piece.End)];

    /// <summary>Where the piece begins in the text that was given.</summary>
    public int SourceStart => _source.Source(_piece.Start, Math.Min(_piece.Start + 1, _piece.End)).Start;

    /// <summary>The list of changes that the normal forms share.</summary>
    public List<(int CodePoint, int Change)> Changes { get; } = [];

    public void Begin(WorkingText source) => (_source, Length) = (source, 0);

    public int Open(Piece piece)
    {
        (_piece, _position, _trimmed) = (piece, piece.Start, -1);
        return _written = Length;
    }

    public void Swap(ref char[] chars, ref int length, ref int[]? starts, ref int[]? ends)
    {
        (chars, _chars) = (_chars, chars);
        (length, Length) = (Length, length);
        (var oldStarts, var oldEnds) = (starts, ends);
        (starts, ends) = (_starts, _ends);
        (_starts, _ends) = (oldStarts ?? [], oldEnds ?? []);
    }

    /// <summary>Copies the rest of the piece.</summary>
    public void KeepRest() => Keep(_piece.End - _position);

    /// <summary>Copies units of the source.</summary>
    public void Keep(int units)
    {
        Reserve(units);
        _source.CopyTo(_position, _position + units, _chars, _starts, _ends, Length);
        Length += units;
        _position += units;
    }

    /// <summary>Passes over units of the source.</summary>
    public void Drop(int units) => _position = Math.Min(_position + units, _piece.End);

    /// <summary>Passes over code points of the source.</summary>
    public void DropCodePoints(int count)
    {
        for (; count > 0 && _position < _piece.End; count--)
        {
            _source.CodePoint(_position, _piece.End, out var length);
            _position += length;
        }
    }

    /// <summary>Writes a code point in the place of the next of the source.</summary>
    public void Replace(int codePoint)
    {
        if (_position >= _piece.End)
        {
            Insert(codePoint);
            return;
        }

        Put(codePoint, _source.SourceStart(_position), _source.SourceEnd(_position));
        DropCodePoints(1);
    }

    /// <summary>Writes a code point that belongs to the last that was read.</summary>
    public void Insert(int codePoint)
    {
        if (_position > _piece.Start)
        {
            Put(codePoint, _source.SourceStart(_position - 1), _source.SourceEnd(_position - 1));
        }
        else
        {
            var (start, _) = _source.Source(_piece.Start, Math.Min(_piece.Start + 1, _piece.End));
            Put(codePoint, start, start);
        }
    }

    /// <summary>Writes a text that belongs to the last that was read.</summary>
    public void Insert(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            Insert(CodePoints.At(text, i, out var length));
            i += length;
        }
    }

    /// <summary>Writes a text that belongs to the next that will be read.</summary>
    public void InsertBefore(string text)
    {
        if (_position >= _piece.End)
        {
            return;
        }

        var (start, end) = (_source.SourceStart(_position), _source.SourceEnd(_position));
        for (var i = 0; i < text.Length;)
        {
            Put(CodePoints.At(text, i, out var length), start, end);
            i += length;
        }
    }

    /// <summary>Carries a list of changes out.</summary>
    public void Apply(List<(int CodePoint, int Change)> changes)
    {
        foreach (var (codePoint, change) in changes)
        {
            if (change > 0)
            {
                Insert(codePoint);
            }
            else
            {
                Replace(codePoint);
                DropCodePoints(-change);
            }
        }
    }

    /// <summary>Writes one UTF-16 unit with the places of the next code point of the source, which stays to be read.</summary>
    public void PutUnit(char unit)
    {
        Reserve(1);
        (_chars[Length], _starts[Length], _ends[Length]) = (unit, _source.SourceStart(_position), _source.SourceEnd(_position));
        Length++;
    }

    /// <summary>Writes a unit that begins where the source stands; where it ends, <see cref="CloseMarks"/> says.</summary>
    public void PutMark(char unit)
    {
        Reserve(1);
        (_chars[Length], _starts[Length]) = (unit, _source.Source(_position, _position).Start);
        Length++;
    }

    /// <summary>Takes units off the end of the piece as it was written; the source goes back to where they began.</summary>
    public void TrimMarks(char unit)
    {
        while (Length > _written && _chars[Length - 1] == unit)
        {
            Length--;
            _trimmed = _starts[Length];
        }
    }

    /// <summary>Ends each unit of the piece where the next begins, as SentencePiece does.</summary>
    public void CloseMarks()
    {
        var end = _trimmed >= 0 ? _trimmed : _source.Source(_position, _position).Start;
        for (var i = Length - 1; i >= _written; i--)
        {
            _ends[i] = end;
            end = _starts[i];
        }
    }

    private void Put(int codePoint, int start, int end)
    {
        Reserve(2);
        var units = CodePoints.Write(codePoint, _chars.AsSpan(Length));
        for (var i = 0; i < units; i++, Length++)
        {
            (_starts[Length], _ends[Length]) = (start, end);
        }
    }

    private void Reserve(int units)
    {
        if (Length + units <= Math.Min(_chars.Length, Math.Min(_starts.Length, _ends.Length)))
        {
            return;
        }

        var size = Math.Max(256, checked(Length + units) * 3 / 2);
        Array.Resize(ref _chars, size);
        Array.Resize(ref _starts, size);
        Array.Resize(ref _ends, size);
    }
}
