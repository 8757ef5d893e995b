using System.Buffers.Binary;
using System.Text;
using DeepLearning.Backends;

namespace DeepLearning.Formats;

/// <summary>A GGUF file about to be written: checked and laid out, its header made.</summary>
internal sealed class GgufWriter
{
    private const int MostAxes = 4;
    private const int MostDepth = 4;
    private const uint ArrayType = 9;

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Dictionary<Type, uint> _arrayTypes = new()
    {
        [typeof(byte[])] = 0,
        [typeof(sbyte[])] = 1,
        [typeof(ushort[])] = 2,
        [typeof(short[])] = 3,
        [typeof(uint[])] = 4,
        [typeof(int[])] = 5,
        [typeof(float[])] = 6,
        [typeof(bool[])] = 7,
        [typeof(string[])] = 8,
        [typeof(object[])] = ArrayType,
        [typeof(ulong[])] = 10,
        [typeof(long[])] = 11,
        [typeof(double[])] = 12,
    };

    private readonly List<(string Name, Tensor Tensor, GgufType Type, long Length)> _tensors = [];
    private readonly byte[] _header;
    private readonly int _alignment = GgufHeader.DefaultAlignment;

    public GgufWriter(
        IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, object>? metadata, Func<string, Tensor, GgufType?>? type)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        metadata ??= new Dictionary<string, object>();
        if (metadata.TryGetValue(GgufHeader.AlignmentKey, out object? alignment))
        {
            _alignment = alignment is uint and >= 8 and <= 1 << 20 and uint power && (power & (power - 1)) == 0
                ? (int)power
                : throw new ArgumentException($"{GgufHeader.AlignmentKey} is no power of two as a uint from 8 to 2^20.", nameof(metadata));
        }

        foreach ((string name, Tensor tensor) in tensors)
        {
            ArgumentNullException.ThrowIfNull(tensor, name);
            GgufType stored = type?.Invoke(name, tensor) ?? TypeOf(name, tensor);
            _tensors.Add((name, tensor, stored, LengthOf(name, tensor, stored)));
        }

        using MemoryStream header = new();
        WriteHeader(header, metadata);
        _header = header.ToArray();
    }

    public void WriteTo(Stream stream)
    {
        stream.Write(_header);
        foreach ((string name, Tensor tensor, GgufType type, long length) in _tensors)
        {
            using (GradMode.NoGrad())
            {
                using TensorScope scope = new();
                HostBytes.Read(
                    GgufBlocks.Of(type).Plain is { } plain ? tensor.To(plain.DType) : GgufEncoders.Encode(tensor, type, name),
                    stream.Write);
            }

            Pad(stream, length);
        }
    }

    private static GgufType TypeOf(string name, Tensor tensor) => tensor.DType switch
    {
        DType.Float32 => GgufType.F32,
        DType.Float64 => GgufType.F64,
        DType.Float16 => GgufType.F16,
        DType.BFloat16 => GgufType.BF16,
        DType.Int64 => GgufType.I64,
        DType.Int32 => GgufType.I32,
        _ => throw new ArgumentException($"{FileContext.Quote(name)}: GGUF has no type for {tensor.DType.Name()}; convert it with "
            + "To(DType.Int32)."),
    };

    private static long LengthOf(string name, Tensor tensor, GgufType type)
    {
        if (tensor.Rank > MostAxes)
        {
            throw new ArgumentException($"{FileContext.Quote(name)}: a tensor {tensor.Shape} has more than {MostAxes} axes, the most in "
                + "GGUF.");
        }

        GgufBlocks blocks = GgufBlocks.Of(type);
        bool isOwn = blocks.Plain?.DType == tensor.DType && !blocks.Plain.IsWidened;
        bool isKnown = type is GgufType.F32 or GgufType.F16 or GgufType.BF16 or GgufType.Q8_0 or GgufType.Q4_0
            && tensor.DType.IsFloatingPoint();
        if (!isOwn && !isKnown)
        {
            throw new ArgumentException($"{FileContext.Quote(name)}: a {tensor.DType.Name()} tensor is not written as {type}; "
                + "floating-point ones can be F32, F16, BF16, Q8_0 and Q4_0.");
        }

        return blocks.Elements == 1 || (tensor.Rank > 0 && tensor.Size(-1) % blocks.Elements == 0)
            ? checked(tensor.Count / blocks.Elements * blocks.Bytes)
            : throw new ArgumentException($"{FileContext.Quote(name)}: the rows of {tensor.Shape} are no multiple of {blocks.Elements}, "
                + $"as {type} needs them.");
    }

    private void WriteHeader(MemoryStream header, IReadOnlyDictionary<string, object> metadata)
    {
        header.Write("GGUF"u8);
        WriteUInt32(header, 3);
        WriteUInt64(header, (ulong)_tensors.Count);
        WriteUInt64(header, (ulong)metadata.Count);
        foreach ((string key, object value) in metadata)
        {
            WriteText(header, key);
            WriteUInt32(header, NumberOf(key, value));
            WriteValue(header, key, value, 0);
        }

        long offset = 0;
        foreach ((string name, Tensor tensor, GgufType type, long length) in _tensors)
        {
            WriteText(header, name);
            int[] lengths = tensor.Rank == 0 ? [1] : tensor.Shape.ToArray();
            WriteUInt32(header, (uint)lengths.Length);
            foreach (int axis in lengths.Reverse())
            {
                WriteUInt64(header, (ulong)axis);
            }

            WriteUInt32(header, (uint)type);
            WriteUInt64(header, (ulong)offset);
            offset = (offset + length + _alignment - 1) / _alignment * _alignment;
        }

        if (_tensors.Count > 0)
        {
            Pad(header, header.Length);
        }
    }

    private static uint NumberOf(string key, object value) => value switch
    {
        byte => 0,
        sbyte => 1,
        ushort => 2,
        short => 3,
        uint => 4,
        int => 5,
        float => 6,
        bool => 7,
        string => 8,
        Array => ArrayType,
        ulong => 10,
        long => 11,
        double => 12,
        _ => throw new ArgumentException($"The value of the metadata key {FileContext.Quote(key)} is {value?.GetType().Name ?? "null"}, "
            + "for which GGUF has no type."),
    };

    private static void WriteValue(Stream stream, string key, object value, int depth)
    {
        switch (value)
        {
            case byte x:
                stream.WriteByte(x);
                break;
            case sbyte x:
                stream.WriteByte((byte)x);
                break;
            case ushort x:
                WriteUInt16(stream, x);
                break;
            case short x:
                WriteUInt16(stream, (ushort)x);
                break;
            case uint x:
                WriteUInt32(stream, x);
                break;
            case int x:
                WriteUInt32(stream, (uint)x);
                break;
            case float x:
                WriteUInt32(stream, BitConverter.SingleToUInt32Bits(x));
                break;
            case bool x:
                stream.WriteByte(x ? (byte)1 : (byte)0);
                break;
            case string x:
                WriteText(stream, x);
                break;
            case ulong x:
                WriteUInt64(stream, x);
                break;
            case long x:
                WriteUInt64(stream, (ulong)x);
                break;
            case double x:
                WriteUInt64(stream, BitConverter.DoubleToUInt64Bits(x));
                break;
            case Array array:
                WriteArray(stream, key, array, depth);
                break;
        }
    }

    private static void WriteArray(Stream stream, string key, Array array, int depth)
    {
        object[] items = [.. array.Cast<object>()];
        uint[] types = [.. items.Select(item => NumberOf(key, item)).Distinct()];
        if (types.Length > 1 || array.Rank != 1 || depth == MostDepth)
        {
            throw new ArgumentException($"The value of the metadata key {FileContext.Quote(key)} is no array of values of one type, at "
                + $"most {MostDepth} deep.");
        }

        WriteUInt32(stream, types.Length == 1 ? types[0] : TypeOfEmpty(key, array));
        WriteUInt64(stream, (ulong)items.Length);
        foreach (object item in items)
        {
            WriteValue(stream, key, item, depth + 1);
        }
    }

    // By the very type: to the runtime, an sbyte[] is a byte[], too.
    private static uint TypeOfEmpty(string key, Array array) => _arrayTypes.TryGetValue(array.GetType(), out uint type)
        ? type
        : throw new ArgumentException($"The value of the metadata key {FileContext.Quote(key)} is an empty {array.GetType().Name}, for "
            + "which GGUF has no type.");

    private void Pad(Stream stream, long length) => stream.Write(new byte[(_alignment - (length % _alignment)) % _alignment]);

    private static void WriteText(Stream stream, string text)
    {
        byte[] bytes;
        try
        {
            bytes = _utf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"A text is no valid Unicode: {FileContext.Quote(text)} has half a surrogate pair.", e);
        }

        WriteUInt64(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    private static void WriteUInt16(Stream stream, ushort value)
    {
        stream.WriteByte((byte)value);
        stream.WriteByte((byte)(value >> 8));
    }

    private static void WriteUInt32(Stream stream, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private static void WriteUInt64(Stream stream, ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        stream.Write(bytes);
    }
}
