using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeepLearning.Backends;

namespace DeepLearning.Serialization;

/// <summary>A safetensors file about to be written: checked, laid out, its header made.</summary>
internal sealed class SafetensorsWriter
{
    private const int Alignment = 8;

    private readonly Tensor[] _tensors;
    private readonly byte[] _header;

    /// <exception cref="ArgumentException">A name or text cannot be written, or a tensor is null.</exception>
    public SafetensorsWriter(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        KeyValuePair<string, Tensor>[] entries = [.. tensors];
        foreach ((string name, Tensor tensor) in entries)
        {
            CheckText(name, "The name of a tensor");
            if (name == SafetensorsHeader.MetadataKey)
            {
                throw new ArgumentException($"A tensor cannot be named {name}: the format keeps that name for the metadata.");
            }

            if (tensor is null)
            {
                throw new ArgumentException($"The tensor {SafetensorsException.Quote(name)} is null.");
            }
        }

        // The wider types first, so that every tensor lies at a multiple of its element's size; else in the order given.
        int[] order = [.. Enumerable.Range(0, entries.Length).OrderByDescending(i => entries[i].Value.DType.Size())];
        long[] offsets = new long[entries.Length];
        foreach (int i in order)
        {
            offsets[i] = DataLength;
            DataLength = checked(DataLength + Bytes(entries[i].Value));
        }

        _tensors = [.. order.Select(i => entries[i].Value)];
        _header = MakeHeader(entries, offsets, metadata);
        if (_header.Length > Safetensors.LongestHeader)
        {
            throw new ArgumentException(
                $"The names and metadata take {_header.Length} bytes; the format allows {Safetensors.LongestHeader}.");
        }
    }

    /// <summary>The length of the file.</summary>
    public long Length => sizeof(ulong) + _header.Length + DataLength;

    private long DataLength { get; }

    public void WriteTo(Stream stream)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)_header.Length);
        stream.Write(length);
        stream.Write(_header);
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Tensor tensor in _tensors)
        {
            HostBytes.Read(tensor, stream.Write);
        }
    }

    private static byte[] MakeHeader(
        KeyValuePair<string, Tensor>[] entries, long[] offsets, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                WriteMetadata(json, metadata);
            }

            for (int i = 0; i < entries.Length; i++)
            {
                (string name, Tensor tensor) = entries[i];
                json.WriteStartObject(name);
                json.WriteString("dtype"u8, StoredType.Of(tensor.DType).Name);
                json.WriteStartArray("shape"u8);
                foreach (int length in tensor.Shape.AsSpan())
                {
                    json.WriteNumberValue(length);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets"u8);
                json.WriteNumberValue(offsets[i]);
                json.WriteNumberValue(offsets[i] + Bytes(tensor));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        int padding = (Alignment - (buffer.WrittenCount % Alignment)) % Alignment;
        buffer.GetSpan(Alignment)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string value) in metadata)
        {
            CheckText(key, "A key of the metadata");
            CheckText(value, $"The value of the metadata key {SafetensorsException.Quote(key)}");
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    /// <summary>The JSON writer would replace half a surrogate pair, and two names could become one.</summary>
    private static void CheckText(string text, string what)
    {
        if (text is null)
        {
            throw new ArgumentException($"{what} is null.");
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                throw new ArgumentException($"{what} is no valid text: {SafetensorsException.Quote(text)} has half a surrogate pair.");
            }
        }
    }

    private static long Bytes(Tensor tensor) => checked(tensor.Count * tensor.DType.Size());
}
