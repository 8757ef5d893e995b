using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;

namespace DeepLearning.Serialization;

/// <summary>
/// An open safetensors file: its list of tensors and its metadata are read and checked, the tensors themselves only when asked for,
/// each straight into its own memory. Threads may share it.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int Chunk = 1 << 30;
    private const int WideningChunk = 1 << 16;
    private const int NamesShown = 10;

    private readonly Stream _stream;
    private readonly long _start;
    private readonly bool _leaveOpen;
    private readonly long _dataStart;
    private readonly OrderedDictionary<string, SafetensorsEntry> _entries;
    private readonly Lock _reading = new();

    internal SafetensorsFile(Stream stream, string fileName, bool leaveOpen)
    {
        _stream = stream;
        _start = stream.Position;
        _leaveOpen = leaveOpen;
        FileName = fileName;
        byte[] header = ReadHeader(stream.Length - _start);
        _dataStart = _start + sizeof(ulong) + header.Length;
        SafetensorsHeader parsed = SafetensorsHeader.Parse(header, stream.Length - _dataStart, fileName);
        _entries = parsed.Entries;
        Metadata = parsed.Metadata;
    }

    /// <summary>The file, or what stands for it when it is a stream.</summary>
    public string FileName { get; }

    /// <summary>The texts that the file carries beside its tensors; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of the file's header.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _entries.Values;

    /// <inheritdoc/>
    public override string ToString() => $"{FileName}: {_entries.Count} tensors";

    /// <summary>Finds a tensor's description.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="entry">What the file says about it.</param>
    /// <returns>False when the file has no tensor of that name.</returns>
    public bool TryGetEntry(string name, [NotNullWhen(true)] out SafetensorsEntry? entry) => _entries.TryGetValue(name, out entry);

    /// <summary>Where a tensor's bytes begin in the file.</summary>
    internal long PositionOf(SafetensorsEntry entry) => _dataStart + entry.Offset;

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="SafetensorsException">A truth value is neither 0 nor 1, a U64 number does not fit into int64, or the file has
    /// become shorter.</exception>
    public Tensor Read(string name)
    {
        SafetensorsEntry entry = Find(name);
        return Read(entry, 0, entry.Shape);
    }

    /// <summary>Reads a part of one tensor, cut from its first axis: <c>file.Read("embedding.weight", 100..200)</c>.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="rows">Which of the places of the first axis.</param>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="ShapeException">The tensor has no axes, or its first is shorter.</exception>
    /// <exception cref="SafetensorsException">As <see cref="Read(string)"/>.</exception>
    public Tensor Read(string name, Range rows)
    {
        SafetensorsEntry entry = Find(name);
        if (entry.Shape.Rank == 0)
        {
            throw new ShapeException($"Read: {entry.Name} has no axes, so it has no rows; read it whole.");
        }

        int start = rows.Start.GetOffset(entry.Shape[0]), end = rows.End.GetOffset(entry.Shape[0]);
        if (start < 0 || end > entry.Shape[0] || start > end)
        {
            throw new ShapeException($"Read: the rows {rows} are not among the {entry.Shape[0]} of {entry.Name} {entry.Shape}.");
        }

        Shape rest = entry.Shape[1..];
        return Read(entry, start * rest.Count, [end - start, .. rest]);
    }

    /// <summary>Reads some of the elements of one tensor, counted in row-major order.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="start">The first element.</param>
    /// <param name="count">How many.</param>
    /// <returns>A vector.</returns>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tensor does not have those elements.</exception>
    /// <exception cref="SafetensorsException">As <see cref="Read(string)"/>.</exception>
    public Tensor ReadElements(string name, long start, int count)
    {
        SafetensorsEntry entry = Find(name);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, entry.Count - count);
        return Read(entry, start, [count]);
    }

    /// <summary>Reads all tensors.</summary>
    /// <returns>The tensors by name, in the order of the file's header.</returns>
    /// <exception cref="SafetensorsException">As <see cref="Read(string)"/>.</exception>
    public OrderedDictionary<string, Tensor> ReadAll()
    {
        OrderedDictionary<string, Tensor> tensors = new(_entries.Count);
        foreach (SafetensorsEntry entry in _entries.Values)
        {
            tensors.Add(entry.Name, Read(entry, 0, entry.Shape));
        }

        return tensors;
    }

    /// <summary>Closes the file; tensors read from it stay.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    private byte[] ReadHeader(long fileLength)
    {
        if (fileLength < sizeof(ulong))
        {
            throw Bad(null, $"it has {fileLength} bytes; a safetensors file has 8 and a header at least.");
        }

        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        ReadAt(_start, prefix, null);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > Safetensors.LongestHeader)
        {
            throw Bad(null, OtherFormat(prefix) is { } format
                ? $"this is {format}."
                : $"it claims a header of {length} bytes; the format allows {Safetensors.LongestHeader}. This is no safetensors file, or a "
                    + "damaged one.");
        }

        if ((long)length > fileLength - sizeof(ulong))
        {
            throw Bad(null, $"it claims a header of {length} bytes, but ends {fileLength - sizeof(ulong)} bytes after the place where that "
                + "begins; the file was cut off, or it is no safetensors file.");
        }

        byte[] header = new byte[length];
        ReadAt(_start + sizeof(ulong), header, null);
        return header;
    }

    /// <summary>What the file is instead, where its first bytes tell.</summary>
    private static string? OtherFormat(ReadOnlySpan<byte> start)
    {
        (byte[] Start, string Name)[] formats =
        [
            ("PK\u0003\u0004"u8.ToArray(),
                "a ZIP archive, as torch.save makes it, no safetensors file; the package DeepLearning.Formats reads it (LoadPyTorch)"),
            ([0x80, 0x02], "a pickle, as torch.save made it once, no safetensors file; the package DeepLearning.Formats reads it "
                + "(LoadPyTorch)"),
            ("version "u8.ToArray(), "a pointer of Git LFS, not the file itself; fetch that with 'git lfs pull'"),
            ("GGUF"u8.ToArray(), "a GGUF file, no safetensors file; the package DeepLearning.Formats reads it (GgufFile)"),
            ([0x89, (byte)'H', (byte)'D', (byte)'F'], "an HDF5 file, as Keras makes them, no safetensors file"),
        ];
        foreach ((byte[] first, string name) in formats)
        {
            if (start.StartsWith(first))
            {
                return name;
            }
        }

        return null;
    }

    private SafetensorsEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_entries.TryGetValue(name, out SafetensorsEntry? entry))
        {
            return entry;
        }

        string names = string.Join(", ", _entries.Keys.Take(NamesShown).Select(SafetensorsException.Quote));
        string more = _entries.Count > NamesShown ? ", …" : "";
        throw new KeyNotFoundException(
            $"{FileName}: there is no tensor {SafetensorsException.Quote(name)}; the file has {_entries.Count}: {names}{more}");
    }

    private Tensor Read(SafetensorsEntry entry, long start, Shape shape)
    {
        Tensor tensor = Tensor.Empty(shape, entry.DType, Device.Cpu);
        long position = _dataStart + entry.Offset + (start * entry.Type.Size);
        using Lease<byte> lease = Lease<byte>.Bytes(tensor);
        if (entry.Type.IsWidened)
        {
            ReadWidened(entry, position, ref lease.First, tensor.Count);
        }
        else
        {
            ReadPlain(entry, position, ref lease.First, tensor.Count * entry.Type.Size);
        }

        return tensor;
    }

    private void ReadPlain(SafetensorsEntry entry, long position, ref byte first, long bytes)
    {
        for (long done = 0; done < bytes; done += Chunk)
        {
            Span<byte> part = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref first, (nint)done), (int)Math.Min(Chunk, bytes - done));
            ReadAt(position + done, part, entry.Name);
            if (entry.DType == DType.Bool && part.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and int index)
            {
                byte found = part[index];
                part.Clear();
                throw Bad(entry.Name, $"element {done + index} is {found}; a truth value is 0 or 1.");
            }
        }
    }

    private void ReadWidened(SafetensorsEntry entry, long position, ref byte first, long count)
    {
        int size = entry.Type.Size, wide = entry.DType.Size();
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(WideningChunk, count * size));
        try
        {
            for (long done = 0; done < count; done += WideningChunk / size)
            {
                int now = (int)Math.Min(WideningChunk / size, count - done);
                Span<byte> from = buffer.AsSpan(0, now * size);
                ReadAt(position + (done * size), from, entry.Name);
                entry.Type.Widen(from, MemoryMarshal.CreateSpan(ref Unsafe.Add(ref first, (nint)(done * wide)), now * wide));
            }
        }
        catch (OverflowException e)
        {
            throw new SafetensorsException(FileName, entry.Name, $"a {entry.StoredType} number does not fit into {entry.DType.Name()}.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void ReadAt(long position, Span<byte> bytes, string? name)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        lock (_reading)
        {
            try
            {
                _stream.Position = position;
                _stream.ReadExactly(bytes);
            }
            catch (EndOfStreamException e)
            {
                throw new SafetensorsException(
                    FileName, name, "the file ends before its data do; it became shorter since it was opened.", e);
            }
        }
    }

    private SafetensorsException Bad(string? key, string problem) => new(FileName, key, problem);
}
