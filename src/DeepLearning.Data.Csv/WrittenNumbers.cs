using System.Text;

namespace DeepLearning.Data.Csv;

/// <summary>Numbers as a file has them, in a byte a character, for the case that their column turns out to hold texts.</summary>
internal sealed class WrittenNumbers
{
    private const int ChunkBytes = 1 << 16;
    private const byte Elsewhere = byte.MaxValue;

    private readonly List<byte[]> _chunks = [];
    private readonly List<string> _others = [];
    private int _used = ChunkBytes;

    /// <summary>Adds a number.</summary>
    public void Add(string text)
    {
        bool isShort = text.Length < Elsewhere && Ascii.IsValid(text);
        int size = 1 + (isShort ? text.Length : 0);
        if (_used + size > ChunkBytes)
        {
            _chunks.Add(new byte[ChunkBytes]);
            _used = 0;
        }

        Span<byte> place = _chunks[^1].AsSpan(_used, size);
        place[0] = isShort ? (byte)text.Length : Elsewhere;
        if (isShort)
        {
            Encoding.ASCII.GetBytes(text, place[1..]);
        }
        else
        {
            _others.Add(text);
        }

        _used += size;
    }

    /// <summary>The numbers as they were written, in order.</summary>
    public IEnumerable<string> All()
    {
        int other = 0;
        for (int i = 0; i < _chunks.Count; i++)
        {
            // No number is empty: a length of 0 is where a chunk was not filled.
            for (int at = 0; at < ChunkBytes && _chunks[i][at] != 0;)
            {
                byte length = _chunks[i][at++];
                if (length == Elsewhere)
                {
                    yield return _others[other++];
                }
                else
                {
                    yield return Encoding.ASCII.GetString(_chunks[i], at, length);
                    at += length;
                }
            }
        }
    }
}
