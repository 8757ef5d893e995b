using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>
/// An open GGUF file (versions 2 and 3), as llama.cpp has its models: its metadata and list of tensors are read and checked, the tensors
/// themselves only when asked for, each straight into its own memory. Files may be of any length. Threads may share it.
/// </summary>
public sealed class GgufFile : IDisposable
{
    private const string StreamName = "GGUF stream";
    private const int NamesShown = 10;
    private const int DecodedChunk = 1 << 16;

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly FileContext _file;
    private readonly GgufHeader _header;
    private readonly Lock _reading = new();

    private GgufFile(Stream stream, FileContext file, bool leaveOpen)
    {
        _stream = stream;
        _file = file;
        _leaveOpen = leaveOpen;
        _header = GgufHeader.Read(stream, file);
    }

    /// <summary>The file, or what stands for it when it is a stream.</summary>
    public string FileName => _file.Name;

    /// <summary>The version of the format: 2 or 3.</summary>
    public int Version => _header.Version;

    /// <summary>
    /// What the file says about itself, by key, in its order. A value is a <see cref="byte"/>, <see cref="sbyte"/>, <see cref="ushort"/>,
    /// <see cref="short"/>, <see cref="uint"/>, <see cref="int"/>, <see cref="ulong"/>, <see cref="long"/>, <see cref="float"/>,
    /// <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>, an array of one of these, or an array of arrays (<c>object[]</c>).
    /// </summary>
    public IReadOnlyDictionary<string, object> Metadata => _header.Metadata;

    /// <summary>The tensors in the file's order.</summary>
    public IReadOnlyList<GgufEntry> Entries => _header.Entries.Values;

    /// <summary>Opens a file to list its tensors and to read some of them.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFileException">The file is not in the format, or damaged.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static GgufFile Open(string path) => Open(FileContext.OpenFile(path), new FileContext(path), leaveOpen: false);

    /// <summary>Opens a stream, from its position to its end, to list its tensors and to read some of them.</summary>
    /// <param name="stream">The stream; one that cannot seek is read into memory first.</param>
    /// <param name="leaveOpen">Do not close it with the result.</param>
    /// <exception cref="ModelFileException">The bytes are not in the format.</exception>
    public static GgufFile Open(Stream stream, bool leaveOpen = false)
    {
        Stream seekable = FileContext.Seekable(stream);
        if (!ReferenceEquals(seekable, stream) && !leaveOpen)
        {
            stream.Dispose();
        }

        return Open(seekable, new FileContext(StreamName), leaveOpen);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{FileName}: {Entries.Count} tensors";

    /// <summary>Finds a tensor's description.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="entry">What the file says about it.</param>
    /// <returns>False when the file has no tensor of that name.</returns>
    public bool TryGetEntry(string name, [NotNullWhen(true)] out GgufEntry? entry) => _header.Entries.TryGetValue(name, out entry);

    /// <summary>
    /// Reads one tensor. Plain types keep their numbers (I8 and I16 become int32); Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 and Q2_K to Q6_K and Q8_K
    /// are decoded to float32, bit by bit as the reference does.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="ModelFileException">The type is not decoded, or the file has become shorter.</exception>
    public Tensor Read(string name)
    {
        GgufEntry entry = Find(name);
        if (!entry.IsDecoded)
        {
            throw _file.Bad(name, null, $"the type {entry.Type} is not decoded; ReadBlocks gives its bytes.");
        }

        Tensor tensor = Tensor.Empty(entry.Shape, entry.DType, Device.Cpu);
        lock (_reading)
        {
            _stream.Position = _header.DataStart + entry.Offset;
            if (entry.Blocks.Plain is { } plain)
            {
                Elements.Read(_stream, (HostStorage)tensor.Storage, entry.Count, plain, bigEndian: false, _file, name);
            }
            else
            {
                Decode(entry, tensor);
            }
        }

        return tensor;
    }

    /// <summary>Reads one tensor's bytes as they stand in the file, such as the blocks of a quantized type, to compute on them.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>uint8, of the tensor's shape but for the last axis, which counts the bytes of a row.</returns>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="ModelFileException">The file has become shorter.</exception>
    public Tensor ReadBlocks(string name)
    {
        GgufEntry entry = Find(name);
        Tensor tensor = Tensor.Empty(entry.ByteShape(), DType.UInt8, Device.Cpu);
        lock (_reading)
        {
            _stream.Position = _header.DataStart + entry.Offset;
            Elements.Read(_stream, (HostStorage)tensor.Storage, entry.ByteLength, StoredType.Of(DType.UInt8), bigEndian: false, _file,
                name);
        }

        return tensor;
    }

    /// <summary>
    /// As <see cref="ReadBlocks"/>, without a copy: the tensor lies in the file itself, mapped into memory, and stays when the file is
    /// closed. A write into it changes the memory alone.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="NotSupportedException">This is a stream and not a file, or the tensor has more than 2³¹ − 1 bytes.</exception>
    public Tensor MapBlocks(string name)
    {
        GgufEntry entry = Find(name);
        if (_stream is not FileStream file || entry.ByteLength > int.MaxValue)
        {
            throw new NotSupportedException($"{FileName}: {FileContext.Quote(name)}: only parts of a file of less than 2 GiB each can be "
                + "mapped; take ReadBlocks.");
        }

        return entry.ByteLength == 0
            ? Tensor.Empty(entry.ByteShape(), DType.UInt8, Device.Cpu)
            : Tensor.Wrap(MappedMemory.Of(file, _header.DataStart + entry.Offset, (int)entry.ByteLength), entry.ByteShape());
    }

    /// <summary>Reads all tensors, decoded.</summary>
    /// <returns>The tensors by name, in the file's order.</returns>
    /// <exception cref="ModelFileException">As <see cref="Read(string)"/>.</exception>
    public OrderedDictionary<string, Tensor> ReadAll()
    {
        OrderedDictionary<string, Tensor> tensors = new(Entries.Count);
        foreach (GgufEntry entry in Entries)
        {
            tensors.Add(entry.Name, Read(entry.Name));
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

    private static GgufFile Open(Stream stream, FileContext file, bool leaveOpen)
    {
        bool isOpen = false;
        try
        {
            GgufFile opened = new(stream, file, leaveOpen);
            isOpen = true;
            return opened;
        }
        finally
        {
            if (!isOpen && !leaveOpen)
            {
                stream.Dispose();
            }
        }
    }

    private void Decode(GgufEntry entry, Tensor tensor)
    {
        GgufBlocks blocks = entry.Blocks;
        long all = entry.Count / blocks.Elements;
        int most = DecodedChunk / blocks.Elements;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(most * blocks.Bytes);
        using Lease<float> lease = new(tensor);
        try
        {
            for (long done = 0; done < all; done += most)
            {
                int now = (int)Math.Min(most, all - done);
                Span<byte> bytes = buffer.AsSpan(0, now * blocks.Bytes);
                _file.ReadExactly(_stream, bytes, entry.Name);
                ref float first = ref Unsafe.Add(ref lease.First, (nint)(done * blocks.Elements));
                Span<float> numbers = MemoryMarshal.CreateSpan(ref first, now * blocks.Elements);
                for (int block = 0; block < now; block++)
                {
                    blocks.Decode!(bytes.Slice(block * blocks.Bytes, blocks.Bytes),
                        numbers.Slice(block * blocks.Elements, blocks.Elements));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private GgufEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (TryGetEntry(name, out GgufEntry? entry))
        {
            return entry;
        }

        string names = string.Join(", ", Entries.Take(NamesShown).Select(static known => FileContext.Quote(known.Name)));
        throw new KeyNotFoundException($"{FileName}: there is no tensor {FileContext.Quote(name)}; the file has {Entries.Count}: {names}"
            + (Entries.Count > NamesShown ? ", …" : ""));
    }
}
