using System.Text;

namespace DeepLearning.Data.Csv;

/// <summary>
/// The text under a parser. It names the file in what goes wrong while reading, and stops a row that does not end before the parser holds
/// the whole file in memory.
/// </summary>
internal sealed class CsvSource : TextReader
{
    private const int Chunk = 1 << 16;
    private const char ByteOrderMark = '\uFEFF';

    private readonly TextReader _inner;
    private readonly bool _leaveOpen;
    private readonly int _maxRowLength;
    private readonly char? _quote;
    private string _ahead = "";
    private int _taken;
    private long _sinceRow;

    public CsvSource(TextReader inner, string name, CsvOptions options, bool leaveOpen)
    {
        (_inner, Name, _maxRowLength, _quote, _leaveOpen) = (inner, name, options.MaxRowLength, options.Quote, leaveOpen);
        if (Guarded(static reader => reader.Peek()) == ByteOrderMark)
        {
            _inner.Read();
        }
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>Whether what was read so far has a quote anywhere: most files have none, and nobody needs to look for them.</summary>
    public bool HasQuotes { get; private set; }

    /// <summary>The line that the parser has reached.</summary>
    public long Line { get; set; }

    /// <summary>Passes over a line.</summary>
    public void SkipLine()
    {
        int next = Guarded(static reader => reader.Read());
        while (next is not ('\r' or '\n' or -1))
        {
            next = Guarded(static reader => reader.Read());
        }

        if (next == '\r' && Guarded(static reader => reader.Peek()) == '\n')
        {
            _inner.Read();
        }

        Line++;
    }

    /// <summary>The first characters, which are given out once more by the reads that follow.</summary>
    public string LookAhead()
    {
        char[] buffer = new char[Chunk];
        int length = 0, read;
        do
        {
            read = Guarded(reader => reader.Read(buffer, length, buffer.Length - length));
            length += read;
        }
        while (read > 0 && length < buffer.Length);
        _ahead = new string(buffer, 0, length);
        return _ahead;
    }

    /// <summary>Says that a row begins: from here on its length is counted.</summary>
    public void StartRow() => _sinceRow = 0;

    public override int Read(char[] buffer, int index, int count)
    {
        if (_sinceRow > (long)_maxRowLength + Chunk)
        {
            throw new InvalidDataException(
                $"{Name}, after line {Line}: a row has more than {_maxRowLength} characters; a quote may not be closed, or this is "
                + $"not a CSV file ({nameof(CsvOptions)}.{nameof(CsvOptions.MaxRowLength)} allows more).");
        }

        int read;
        if (_taken < _ahead.Length)
        {
            read = Math.Min(count, _ahead.Length - _taken);
            _ahead.CopyTo(_taken, buffer, index, read);
            _taken += read;
        }
        else
        {
            read = Guarded(reader => reader.Read(buffer, index, Math.Min(count, Chunk)));
        }

        HasQuotes = HasQuotes || (_quote is { } quote && buffer.AsSpan(index, read).Contains(quote));
        _sinceRow += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_leaveOpen)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Guarded(Func<TextReader, int> read)
    {
        try
        {
            return read(_inner);
        }
        catch (DecoderFallbackException error)
        {
            string bytes = Convert.ToHexString(error.BytesUnknown ?? []);
            throw new InvalidDataException(
                $"{Name}, after line {Line}: the bytes {bytes} are no valid text; "
                + $"if the file is not UTF-8, set {nameof(CsvOptions)}.{nameof(CsvOptions.Encoding)} (such as Encoding.Latin1).", error);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{Name}, after line {Line}: the compressed file is damaged: {error.Message}", error);
        }
    }
}
