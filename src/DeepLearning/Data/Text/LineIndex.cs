using System.Buffers;
using System.Text.Unicode;

namespace DeepLearning.Data;

/// <summary>Where the lines of a file in UTF-8 or an encoding of one byte a character begin and end.</summary>
internal static class LineIndex
{
    private const int FirstBuffer = 1 << 20;
    private const int LongestLine = 1 << 29;

    /// <summary>Goes over a file once: checks that it is UTF-8, where it should be, and notes its lines.</summary>
    /// <returns>The position of each line's first byte, and its bytes without the line's end.</returns>
    /// <exception cref="InvalidDataException">A line is not UTF-8, or longer than 512 MB; it is named.</exception>
    public static (List<long> Starts, List<int> Lengths) Of(Stream stream, string name, bool skipEmpty, bool isUtf8)
    {
        Lines lines = new(name, skipEmpty, isUtf8);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            int held = 0;
            while (true)
            {
                int read = stream.Read(buffer, held, buffer.Length - held);
                ReadOnlySpan<byte> content = buffer.AsSpan(0, held + read);
                int whole = read == 0 ? content.Length : content.LastIndexOf((byte)'\n') + 1;
                lines.Add(content[..whole]);
                held = content.Length - whole;
                if (read == 0)
                {
                    return (lines.Starts, lines.Lengths);
                }

                content[whole..].CopyTo(buffer);
                if (held == buffer.Length)
                {
                    buffer = Larger(buffer, lines.Number, name);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Larger(byte[] buffer, long line, string name)
    {
        if (buffer.Length >= LongestLine)
        {
            throw new InvalidDataException($"{name}, line {line}: longer than {LongestLine >> 20} MB; is this a text file?");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>What was found so far.</summary>
    private sealed class Lines(string name, bool skipEmpty, bool isUtf8)
    {
        private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

        private long _position;

        public List<long> Starts { get; } = [];

        public List<int> Lengths { get; } = [];

        /// <summary>The number of the next line, from 1, skipped ones included.</summary>
        public long Number { get; private set; } = 1;

        /// <summary>Takes whole lines; only the file's last may lack its end.</summary>
        public void Add(ReadOnlySpan<byte> content)
        {
            if (isUtf8 && _position == 0 && content.StartsWith(ByteOrderMark))
            {
                _position = ByteOrderMark.Length;
                content = content[ByteOrderMark.Length..];
            }

            bool isValid = !isUtf8 || Utf8.IsValid(content);
            while (content.Length > 0)
            {
                int end = content.IndexOf((byte)'\n'), next = end < 0 ? content.Length : end + 1;
                ReadOnlySpan<byte> line = content[..(end < 0 ? content.Length : end)];
                line = line.EndsWith("\r"u8) ? line[..^1] : line;
                if (!isValid && !Utf8.IsValid(line))
                {
                    throw new InvalidDataException(
                        $"{name}, line {Number}: not UTF-8; give the file's encoding (perhaps Encoding.Latin1), or convert the file.");
                }

                if (!skipEmpty || !IsBlank(line))
                {
                    Starts.Add(_position);
                    Lengths.Add(line.Length);
                }

                Number++;
                _position += next;
                content = content[next..];
            }
        }

        private static bool IsBlank(ReadOnlySpan<byte> line) => !line.ContainsAnyExcept((byte)' ', (byte)'\t', (byte)'\r');
    }
}
