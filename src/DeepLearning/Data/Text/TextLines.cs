using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DeepLearning.Data;

/// <summary>
/// The lines of a text file, read by position: only where each line is stands in memory (12 bytes per line). Threads may share it.
/// </summary>
/// <remarks>A line ends with <c>\n</c> or <c>\r\n</c>, which are not part of it; the last one may lack its end. A byte order mark is
/// left out.</remarks>
public sealed class TextLines : IDataset<string>, IDisposable
{
    private const int OnStack = 1024;

    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    private readonly SafeFileHandle _handle;
    private readonly Encoding _encoding;
    private readonly long[] _starts;
    private readonly int[] _lengths;

    /// <summary>Opens a file and goes over it once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skipEmpty">Leave out lines of nothing but spaces and tabs.</param>
    /// <param name="encoding">UTF-8 when null, which is checked; else one of a byte a character, such as
    /// <see cref="Encoding.Latin1"/>.</param>
    /// <exception cref="ArgumentException">The encoding is another one of several bytes a character.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is not UTF-8; it is named by its number.</exception>
    public TextLines(string path, bool skipEmpty = false, Encoding? encoding = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool isUtf8 = encoding is null or UTF8Encoding;
        if (!isUtf8 && !encoding!.IsSingleByte)
        {
            throw new ArgumentException($"TextLines: {encoding.WebName} has several bytes a character; convert the file to UTF-8.",
                nameof(encoding));
        }

        _encoding = isUtf8 ? _strict : encoding!;
        FileName = path;
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan))
        {
            (List<long> starts, List<int> lengths) = LineIndex.Of(stream, path, skipEmpty, isUtf8);
            (_starts, _lengths) = ([.. starts], [.. lengths]);
        }

        _handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
    }

    /// <summary>The file.</summary>
    public string FileName { get; }

    /// <inheritdoc/>
    public override string ToString() => $"TextLines {FileName}: {Count} lines";

    /// <inheritdoc/>
    public int Count => _starts.Length;

    /// <summary>One line, without its end.</summary>
    /// <param name="index">Its position.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    /// <exception cref="InvalidDataException">The file was changed since it was opened.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public string this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Count)
            {
                throw new ArgumentOutOfRangeException(nameof(index), index, $"{FileName} has {Count} lines, from 0.");
            }

            int length = _lengths[index];
            byte[]? rented = length > OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
            try
            {
                return Read(index, rented is null ? stackalloc byte[length] : rented.AsSpan(0, length));
            }
            finally
            {
                if (rented is not null)
                {
                    ArrayPool<byte>.Shared.Return(rented);
                }
            }
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private string Read(int index, Span<byte> bytes)
    {
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(_handle, bytes[done..], _starts[index] + done);
            done += read > 0 ? read : throw Changed(index, null);
        }

        try
        {
            return _encoding.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Changed(index, e);
        }
    }

    private InvalidDataException Changed(int index, Exception? cause) =>
        new($"{FileName}: the file was changed since it was opened: line {index} is no longer where it was.", cause);
}
