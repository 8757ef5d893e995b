using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DeepLearning.Onnx.Schema;
using Google.Protobuf;
using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx;

/// <summary>Tensors of a file as tensors of the library, and back. What a file says is checked before memory is taken for it.</summary>
internal static class TensorCodec
{
    private const int MostAxes = 64;

    /// <summary>Reads a tensor.</summary>
    /// <param name="proto">The tensor.</param>
    /// <param name="external">Where data outside of the file is found; null where there is none.</param>
    /// <exception cref="OnnxException">It is damaged, or of a type that the library does not hold.</exception>
    public static Value Decode(TensorProto proto, ExternalData? external)
    {
        string name = OnnxException.Quote(proto.Name);
        DataType type = ElementTypes.From(proto.DataType);
        DType held = ElementTypes.TryHeld(type)
            ?? throw new OnnxException($"Tensor {name}: elements of type {ElementTypes.Name(type)} are not supported.");
        if (proto.Segment is not null)
        {
            throw new OnnxException($"Tensor {name}: it is stored in segments, which are not supported.");
        }

        (int[] shape, long count) = ShapeOf(proto, name);
        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
        {
            long bytes = ByteCount(count, type);
            ReadOnlyMemory<byte> outside = (external ?? throw new OnnxException(
                $"Tensor {name}: its data is in another file, and this model was not read from a folder.")).Read(proto, bytes);
            return new Value(FromBytes(outside.Span, type, held, shape, count, name), type);
        }

        if (proto.HasRawData)
        {
            return new Value(FromBytes(proto.RawData.Span, type, held, shape, count, name), type);
        }

        return new Value(FromFields(proto, type, held, shape, count, name), type);
    }

    /// <summary>Writes a tensor of one of the library's types; the elements follow in the order of its axes.</summary>
    public static TensorProto Encode(Tensor tensor, string name)
    {
        TensorProto proto = new() { Name = name, DataType = (int)ElementTypes.Of(tensor.DType), RawData = Bytes(tensor) };
        proto.Dims.AddRange(tensor.Shape.ToArray().Select(static length => (long)length));
        return proto;
    }

    private static (int[] Shape, long Count) ShapeOf(TensorProto proto, string name)
    {
        if (proto.Dims.Count > MostAxes)
        {
            throw new OnnxException($"Tensor {name}: it has {proto.Dims.Count} axes; at most {MostAxes} are supported.");
        }

        int[] shape = new int[proto.Dims.Count];
        long count = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            long length = proto.Dims[axis];
            if (length is < 0 or > int.MaxValue)
            {
                throw new OnnxException($"Tensor {name}: axis {axis} cannot have length {length}.");
            }

            shape[axis] = (int)length;
            // Zero anywhere means none; until then the product must stay small enough to be counted.
            count = count > long.MaxValue / Math.Max(length, 1)
                ? throw new OnnxException($"Tensor {name}: its axes [{string.Join(", ", proto.Dims)}] are more than can be held.")
                : count * length;
        }

        return (shape, count);
    }

    private static long ByteCount(long count, DataType type)
    {
        int bits = ElementTypes.Bits(type);
        return bits >= 8 ? checked(count * (bits / 8)) : (count + (8 / bits) - 1) / (8 / bits);
    }

    private static Tensor FromBytes(ReadOnlySpan<byte> bytes, DataType type, DType held, int[] shape, long count, string name)
    {
        if (count > long.MaxValue / 8 || ByteCount(count, type) != bytes.Length)
        {
            throw new OnnxException(
                $"Tensor {name}: {bytes.Length} bytes do not hold {count} elements of {ElementTypes.Name(type)}.");
        }

        return type switch
        {
            DataType.Float => Copied<float>(bytes, held, shape),
            DataType.Double => Copied<double>(bytes, held, shape),
            DataType.Float16 => Copied<Half>(bytes, held, shape),
            DataType.Bfloat16 => Copied<BFloat16>(bytes, held, shape),
            DataType.Int64 => Copied<long>(bytes, held, shape),
            DataType.Int32 => Copied<int>(bytes, held, shape),
            DataType.Uint8 => Copied<byte>(bytes, held, shape),
            DataType.Bool => Numbers(bytes.Length, shape, held, bytes, static (b, i) => b[i] != 0 ? 1 : 0),
            DataType.Int8 => Numbers(bytes.Length, shape, held, bytes, static (b, i) => (sbyte)b[i]),
            DataType.Int16 => Numbers(count, shape, held, bytes, static (b, i) => BinaryPrimitives.ReadInt16LittleEndian(b[(2 * i)..])),
            DataType.Uint16 => Numbers(count, shape, held, bytes, static (b, i) => BinaryPrimitives.ReadUInt16LittleEndian(b[(2 * i)..])),
            DataType.Uint32 => Numbers(count, shape, held, bytes, static (b, i) => BinaryPrimitives.ReadUInt32LittleEndian(b[(4 * i)..])),
            DataType.Uint64 => Numbers(count, shape, held, bytes, static (b,
                i) => Unsigned(BinaryPrimitives.ReadUInt64LittleEndian(b[(8 * i)..]))),
            DataType.Int4 => Numbers(count, shape, held, bytes, static (b, i) => (sbyte)(Part(b, i, 4) << 4) >> 4),
            DataType.Uint4 => Numbers(count, shape, held, bytes, static (b, i) => Part(b, i, 4)),
            DataType.Int2 => Numbers(count, shape, held, bytes, static (b, i) => (sbyte)(Part(b, i, 2) << 6) >> 6),
            DataType.Uint2 => Numbers(count, shape, held, bytes, static (b, i) => Part(b, i, 2)),
            _ => throw new OnnxException($"Tensor {name}: elements of type {ElementTypes.Name(type)} are not supported."),
        };
    }

    private static Tensor FromFields(TensorProto proto, DataType type, DType held, int[] shape, long count, string name)
    {
        int given = type switch
        {
            DataType.Float => proto.FloatData.Count,
            DataType.Double => proto.DoubleData.Count,
            DataType.Int64 => proto.Int64Data.Count,
            DataType.Uint32 or DataType.Uint64 => proto.Uint64Data.Count,
            _ => proto.Int32Data.Count,
        };
        long wanted = ElementTypes.Bits(type) < 8 ? ByteCount(count, type) : count;
        if (given != wanted)
        {
            throw new OnnxException($"Tensor {name}: {given} numbers are given for {count} elements of {ElementTypes.Name(type)}.");
        }

        switch (type)
        {
            case DataType.Float:
                return Tensor.From(proto.FloatData.ToArray(), shape);
            case DataType.Double:
                return Tensor.From(proto.DoubleData.ToArray(), shape);
            case DataType.Int64:
                return Tensor.From(proto.Int64Data.ToArray(), shape);
            case DataType.Uint32 or DataType.Uint64:
                return Tensor.From(proto.Uint64Data.Select(Unsigned).ToArray(), shape);
            case DataType.Float16:
                return Tensor.From(proto.Int32Data.Select(static n => BitConverter.UInt16BitsToHalf((ushort)n)).ToArray(), shape);
            case DataType.Bfloat16:
                return Tensor.From(
                    proto.Int32Data.Select(static n => BitConverter.Int32BitsToSingle(n << 16)).ToArray(), shape).To(DType.BFloat16);
            default:
                if (ElementTypes.Bits(type) < 8)
                {
                    return FromBytes([.. proto.Int32Data.Select(static n => (byte)n)], type, held, shape, count, name);
                }

                (long least, long most) = type == DataType.Bool ? (0, 1) : ElementTypes.Range(type)!.Value;
                foreach (int number in proto.Int32Data)
                {
                    if (number < least || number > most)
                    {
                        throw new OnnxException($"Tensor {name}: {number} is not a number of type {ElementTypes.Name(type)}.");
                    }
                }

                return Tensor.From(proto.Int32Data.ToArray(), shape).To(held);
        }
    }

    private static long Unsigned(ulong number) => number <= long.MaxValue
        ? (long)number
        : throw new OnnxException($"The number {number} of type uint64 is too large: those up to {long.MaxValue} are supported.");

    private static int Part(ReadOnlySpan<byte> bytes, int index, int bits)
    {
        int each = 8 / bits;
        return (bytes[index / each] >> (index % each * bits)) & ((1 << bits) - 1);
    }

    private static Tensor Copied<T>(ReadOnlySpan<byte> bytes, DType held, int[] shape)
        where T : unmanaged
    {
        Tensor result = Tensor.Empty(shape, held);
        if (result.Count > 0)
        {
            // A copy first: bytes of a file need not lie where numbers do.
            T[] numbers = new T[result.Count];
            bytes.CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan()));
            result.CopyFrom<T>(numbers);
        }

        return result;
    }

    private static Tensor Numbers(long count, int[] shape, DType held, ReadOnlySpan<byte> bytes, NumberAt at)
    {
        long[] numbers = new long[count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = at(bytes, i);
        }

        return Tensor.From(numbers, shape).To(held);
    }

    private static ByteString Bytes(Tensor tensor)
    {
        Tensor whole = tensor.Detach().To(Device.Cpu).Contiguous();
        return whole.DType switch
        {
            DType.Float32 => Of<float>(whole),
            DType.Float64 => Of<double>(whole),
            DType.Float16 => Of<Half>(whole),
            DType.BFloat16 => Of<BFloat16>(whole),
            DType.Int64 => Of<long>(whole),
            DType.Int32 => Of<int>(whole),
            DType.UInt8 => Of<byte>(whole),
            DType.Bool => Of<bool>(whole),
            _ => throw new ArgumentOutOfRangeException(nameof(tensor), whole.DType, "This is none of the element types."),
        };

        static ByteString Of<T>(Tensor x)
            where T : unmanaged => x.Count == 0
            ? ByteString.Empty
            : ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(x.ToArray<T>()));
    }

    private delegate long NumberAt(ReadOnlySpan<byte> bytes, int index);
}
