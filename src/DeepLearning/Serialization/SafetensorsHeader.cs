using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace DeepLearning.Serialization;

/// <summary>Reads the header of a safetensors file: JSON that names the tensors and says where they lie. Believes nothing of it.</summary>
internal ref struct SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    private const int MostAxes = 64;
    private const int MostDepth = 16;

    private readonly string _file;
    private readonly long _dataLength;
    private Utf8JsonReader _json;

    private SafetensorsHeader(ReadOnlySpan<byte> header, long dataLength, string file)
    {
        _file = file;
        _dataLength = dataLength;
        _json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = MostDepth });
        Entries = [];
        Metadata = [];
    }

    /// <summary>The tensors, in the header's order.</summary>
    public OrderedDictionary<string, SafetensorsEntry> Entries { get; }

    public OrderedDictionary<string, string> Metadata { get; }

    /// <summary>Reads a header.</summary>
    /// <param name="header">The JSON.</param>
    /// <param name="dataLength">The number of bytes that follow it.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <exception cref="SafetensorsException">The header is not what the format asks for.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> header, long dataLength, string file)
    {
        if (!Utf8.IsValid(header))
        {
            throw new SafetensorsException(file, null, "the header is not UTF-8 text; this is no safetensors file, or a damaged one.");
        }

        if (header.Length == 0 || header[0] != (byte)'{')
        {
            throw new SafetensorsException(file, null, "the header does not start with '{'; this is no safetensors file.");
        }

        SafetensorsHeader result = new(header, dataLength, file);
        try
        {
            result.ReadRoot();
        }
        catch (JsonException e)
        {
            throw new SafetensorsException(file, null, $"the header is not valid JSON: {e.Message}", e);
        }

        result.CheckCover();
        return result;
    }

    private void ReadRoot()
    {
        _json.Read();
        HashSet<string> names = [];
        while (ReadName(null) is { } name)
        {
            if (!names.Add(name))
            {
                throw Bad(name, "the name occurs twice.");
            }

            if (name == MetadataKey)
            {
                ReadMetadata();
            }
            else
            {
                Entries.Add(name, ReadEntry(name));
            }
        }

        // Throws when more than white space follows.
        _json.Read();
    }

    /// <summary>The next name of an object, or null at its end.</summary>
    private string? ReadName(string? key)
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.EndObject ? null : ReadText(key);
    }

    private string ReadText(string? key)
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new SafetensorsException(_file, key, "the header has a text with half a surrogate pair.", e);
        }
    }

    private void ReadMetadata()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_json.TokenType != JsonTokenType.StartObject)
        {
            throw Bad(MetadataKey, "the metadata are no object of texts.");
        }

        while (ReadName(MetadataKey) is { } key)
        {
            _json.Read();
            if (_json.TokenType != JsonTokenType.String)
            {
                throw Bad(MetadataKey, $"the value of {SafetensorsException.Quote(key)} is no text; metadata are texts only.");
            }

            if (!Metadata.TryAdd(key, ReadText(MetadataKey)))
            {
                throw Bad(MetadataKey, $"the key {SafetensorsException.Quote(key)} occurs twice.");
            }
        }
    }

    private SafetensorsEntry ReadEntry(string name)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            throw Bad(name, "its description is no object.");
        }

        StoredType? type = null;
        int[]? shape = null;
        (long Begin, long End)? offsets = null;
        while (ReadName(name) is { } field)
        {
            _json.Read();
            bool isNew = true;
            switch (field)
            {
                case "dtype":
                    isNew = type is null;
                    type = ReadType(name);
                    break;
                case "shape":
                    isNew = shape is null;
                    shape = ReadShape(name);
                    break;
                case "data_offsets":
                    isNew = offsets is null;
                    offsets = ReadOffsets(name);
                    break;
                default:
                    // The reference passes over what it does not know.
                    _json.Skip();
                    break;
            }

            if (!isNew)
            {
                throw Bad(name, $"{field} occurs twice.");
            }
        }

        if (type is null || shape is null || offsets is null)
        {
            throw Bad(name, $"it has no {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}.");
        }

        return MakeEntry(name, type, shape, offsets.Value);
    }

    private readonly SafetensorsEntry MakeEntry(string name, StoredType type, int[] shape, (long Begin, long End) offsets)
    {
        string described = $"{type.Name} {Shape.Format(shape)}";
        long bytes = type.Size, strides = type.Size;
        foreach (int length in shape)
        {
            // Also refuses lengths that only a zero among them keeps from overflowing.
            if (strides > long.MaxValue / Math.Max(length, 1))
            {
                throw Bad(name, $"{described} has more bytes than can be counted.");
            }

            bytes *= length;
            strides *= Math.Max(length, 1);
        }

        (long begin, long end) = offsets;
        if (end > _dataLength)
        {
            throw Bad(name, $"its data_offsets [{begin}, {end}] reach beyond the {_dataLength} bytes of data in the file.");
        }

        if (end - begin != bytes)
        {
            throw Bad(name, $"{described} takes {bytes} bytes, but its data_offsets [{begin}, {end}] hold {end - begin}.");
        }

        return new SafetensorsEntry(name, type, Shape.Own(shape), begin, bytes);
    }

    private StoredType ReadType(string name)
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            throw Bad(name, "its dtype is no text.");
        }

        string type = ReadText(name);
        return StoredType.Find(type)
            ?? throw Bad(name, $"the dtype {SafetensorsException.Quote(type)} is not known; known are {StoredType.AllNames}.");
    }

    private int[] ReadShape(string name)
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            throw Bad(name, "its shape is no array.");
        }

        Span<int> lengths = stackalloc int[MostAxes];
        int rank = 0;
        while (ReadNumber(name, "shape", int.MaxValue) is { } length)
        {
            if (rank == MostAxes)
            {
                throw Bad(name, $"its shape has more than {MostAxes} axes.");
            }

            lengths[rank++] = (int)length;
        }

        return lengths[..rank].ToArray();
    }

    private (long Begin, long End) ReadOffsets(string name)
    {
        if (_json.TokenType == JsonTokenType.StartArray
            && ReadNumber(name, "data_offsets", long.MaxValue) is { } begin
            && ReadNumber(name, "data_offsets", long.MaxValue) is { } end
            && ReadNumber(name, "data_offsets", long.MaxValue) is null)
        {
            return begin <= end ? (begin, end) : throw Bad(name, $"its data_offsets [{begin}, {end}] end before they begin.");
        }

        throw Bad(name, "its data_offsets are no array of two numbers.");
    }

    /// <summary>The next number of an array, or null at its end.</summary>
    private long? ReadNumber(string name, string field, long most)
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndArray)
        {
            return null;
        }

        if (_json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out long number) && number >= 0 && number <= most)
        {
            return number;
        }

        string found = _json.TokenType == JsonTokenType.Number
            ? SafetensorsException.Quote(Encoding.UTF8.GetString(_json.ValueSpan[..Math.Min(_json.ValueSpan.Length, MostAxes)]))
            : _json.TokenType.ToString();
        throw Bad(name, $"its {field} must be whole numbers from 0 to {most.ToString(CultureInfo.InvariantCulture)}, but hold {found}.");
    }

    /// <summary>Every byte of the data belongs to exactly one tensor.</summary>
    private readonly void CheckCover()
    {
        SafetensorsEntry[] sorted = [.. Entries.Values];
        Array.Sort(sorted, static (a, b) => (a.Offset, a.ByteLength).CompareTo((b.Offset, b.ByteLength)));
        long covered = 0;
        foreach (SafetensorsEntry entry in sorted)
        {
            if (entry.Offset != covered)
            {
                throw Bad(entry.Name, entry.Offset < covered
                    ? $"its data begin at {entry.Offset}, inside those of another tensor, which end at {covered}."
                    : $"its data begin at {entry.Offset}, but those before end at {covered}; the format allows no gaps.");
            }

            covered += entry.ByteLength;
        }

        if (covered != _dataLength)
        {
            throw new SafetensorsException(
                _file, null, $"the tensors end after {covered} bytes of data, but the file has {_dataLength}; there is something behind.");
        }
    }

    private readonly SafetensorsException Bad(string name, string problem) => new(_file, name, problem);
}
