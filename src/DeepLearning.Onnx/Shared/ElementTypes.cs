using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx;

/// <summary>
/// ONNX's element types and the library's. Whole numbers that the library lacks are held in the next wider type, and kept within their own
/// range; other types are refused by name.
/// </summary>
internal static class ElementTypes
{
    /// <summary>The type that holds an ONNX type's elements.</summary>
    /// <exception cref="OnnxException">There is none.</exception>
    public static DType Held(DataType type) => TryHeld(type)
        ?? throw new OnnxException($"Elements of type {Name(type)} are not supported; convert the model to one of the usual types.");

    /// <summary>The type that holds an ONNX type's elements, or null.</summary>
    public static DType? TryHeld(DataType type) => type switch
    {
        DataType.Float => DType.Float32,
        DataType.Double => DType.Float64,
        DataType.Float16 => DType.Float16,
        DataType.Bfloat16 => DType.BFloat16,
        DataType.Int64 or DataType.Uint32 or DataType.Uint64 => DType.Int64,
        DataType.Int32 or DataType.Int8 or DataType.Int16 or DataType.Uint16 => DType.Int32,
        DataType.Int4 or DataType.Uint4 or DataType.Int2 or DataType.Uint2 => DType.Int32,
        DataType.Uint8 => DType.UInt8,
        DataType.Bool => DType.Bool,
        _ => null,
    };

    /// <summary>The ONNX type of a type of the library.</summary>
    public static DataType Of(DType dtype) => dtype switch
    {
        DType.Float32 => DataType.Float,
        DType.Float64 => DataType.Double,
        DType.Float16 => DataType.Float16,
        DType.BFloat16 => DataType.Bfloat16,
        DType.Int64 => DataType.Int64,
        DType.Int32 => DataType.Int32,
        DType.UInt8 => DataType.Uint8,
        DType.Bool => DataType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "This is none of the element types."),
    };

    /// <summary>The least and the greatest number of a type of whole numbers; null for other types.</summary>
    public static (long Least, long Most)? Range(DataType type) => type switch
    {
        DataType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        DataType.Uint8 => (byte.MinValue, byte.MaxValue),
        DataType.Int16 => (short.MinValue, short.MaxValue),
        DataType.Uint16 => (ushort.MinValue, ushort.MaxValue),
        DataType.Int32 => (int.MinValue, int.MaxValue),
        DataType.Uint32 => (uint.MinValue, uint.MaxValue),
        DataType.Int64 => (long.MinValue, long.MaxValue),
        DataType.Uint64 => (0, long.MaxValue),
        DataType.Int4 => (-8, 7),
        DataType.Uint4 => (0, 15),
        DataType.Int2 => (-2, 1),
        DataType.Uint2 => (0, 3),
        _ => null,
    };

    /// <summary>Whether a type is narrower than what holds it, so that results must be brought back into its range.</summary>
    public static bool IsNarrow(DataType type) => type is DataType.Int8 or DataType.Int16 or DataType.Uint16 or DataType.Uint32
        or DataType.Int4 or DataType.Uint4 or DataType.Int2 or DataType.Uint2;

    /// <summary>Whether a type is one of floating-point numbers.</summary>
    public static bool IsFloat(DataType type) => type is DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16;

    /// <summary>The number of bits of an element in <c>raw_data</c>.</summary>
    public static int Bits(DataType type) => type switch
    {
        DataType.Int2 or DataType.Uint2 => 2,
        DataType.Int4 or DataType.Uint4 or DataType.Float4E2M1 => 4,
        DataType.Bool or DataType.Int8 or DataType.Uint8 => 8,
        DataType.Int16 or DataType.Uint16 or DataType.Float16 or DataType.Bfloat16 => 16,
        DataType.Int32 or DataType.Uint32 or DataType.Float => 32,
        _ => 64,
    };

    /// <summary>A type's name as ONNX writes it.</summary>
    public static string Name(DataType type) => Enum.IsDefined(type) ? type.ToString().ToLowerInvariant() : $"number {(int)type}";

    /// <summary>Brings whole numbers into the range of a narrow type, by dropping the upper bits as arithmetic of that type does.</summary>
    public static Tensor Wrapped(Tensor x, DataType type)
    {
        if (!IsNarrow(type) || Range(type) is not var (least, most))
        {
            return x;
        }

        long span = most - least + 1;
        return x.Subtract(least).Remainder(span).Add(least).To(x.DType);
    }

    /// <summary>The type of a schema's number, which may be none that is known.</summary>
    public static DataType From(int number) => (DataType)number;
}
