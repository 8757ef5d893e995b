using System.Runtime.InteropServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace DeepLearning.Serialization;

/// <summary>
/// An element type of the safetensors format, and the type it is read as: its own, or the narrowest that holds all its values.
/// </summary>
internal sealed class StoredType
{
    private delegate void Widening(ReadOnlySpan<byte> from, Span<byte> to);

    private static readonly StoredType[] _all =
    [
        new("F32", DType.Float32, 4),
        new("F64", DType.Float64, 8),
        new("F16", DType.Float16, 2),
        new("BF16", DType.BFloat16, 2),
        new("I64", DType.Int64, 8),
        new("I32", DType.Int32, 4),
        new("U8", DType.UInt8, 1),
        new("BOOL", DType.Bool, 1),
        new("I8", DType.Int32, 1, static (from, to) => Widen(from, to, 1, static x => (int)(sbyte)x[0])),
        new("I16", DType.Int32, 2, static (from, to) => Widen(from, to, 2, static x => (int)ReadInt16LittleEndian(x))),
        new("U16", DType.Int32, 2, static (from, to) => Widen(from, to, 2, static x => (int)ReadUInt16LittleEndian(x))),
        new("U32", DType.Int64, 4, static (from, to) => Widen(from, to, 4, static x => (long)ReadUInt32LittleEndian(x))),
        new("U64", DType.Int64, 8, static (from, to) => Widen(from, to, 8, static x => checked((long)ReadUInt64LittleEndian(x)))),
        new("F8_E4M3", DType.Float32, 1, static (from, to) => Widen(from, to, 1, static x => FromE4M3(x[0]))),
        new("F8_E5M2", DType.Float32, 1, static (from, to) => Widen(from, to, 1, static x => FromE5M2(x[0]))),
    ];

    private readonly Widening? _widening;

    private StoredType(string name, DType dtype, int size, Widening? widening = null)
    {
        Name = name;
        DType = dtype;
        Size = size;
        _widening = widening;
    }

    private delegate T Element<T>(ReadOnlySpan<byte> bytes);

    public string Name { get; }

    public DType DType { get; }

    /// <summary>Bytes an element takes in the file.</summary>
    public int Size { get; }

    /// <summary>True when the bytes in the file are not those of the tensor.</summary>
    public bool IsWidened => _widening is not null;

    public static string AllNames => string.Join(", ", _all.Select(static type => type.Name));

    public static StoredType Of(DType dtype) => _all.First(type => type.DType == dtype);

    public static StoredType? Find(string name) => Array.Find(_all, type => type.Name == name);

    /// <summary>Converts elements of the file.</summary>
    /// <exception cref="OverflowException">A value does not fit.</exception>
    public void Widen(ReadOnlySpan<byte> from, Span<byte> to) => _widening!(from, to);

    private static void Widen<T>(ReadOnlySpan<byte> from, Span<byte> to, int size, Element<T> element)
        where T : unmanaged
    {
        Span<T> values = MemoryMarshal.Cast<byte, T>(to);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = element(from.Slice(i * size, size));
        }
    }

    /// <summary>4 exponent bits (bias 7), 3 fraction bits, no infinity; all ones is not a number.</summary>
    private static float FromE4M3(byte bits)
    {
        int magnitude = bits & 0x7F, exponent = magnitude >> 3, fraction = magnitude & 7;
        float value = magnitude == 0x7F ? float.NaN : exponent == 0 ? fraction * (1 / 512f) : MathF.ScaleB(8 + fraction, exponent - 10);
        return (bits & 0x80) != 0 ? -value : value;
    }

    /// <summary>5 exponent bits, 2 fraction bits: the upper byte of a half.</summary>
    private static float FromE5M2(byte bits) => (float)BitConverter.UInt16BitsToHalf((ushort)(bits << 8));
}
