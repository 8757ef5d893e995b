using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>An element type of NumPy in a pickle, made in two steps: its code, then the order of its bytes.</summary>
/// <param name="code">The kind and the number of bytes, such as <c>f8</c>.</param>
internal sealed class NumPyType(string code)
{
    public string Code => code;

    public bool IsBigEndian { get; set; }

    /// <summary>The element type here; null where the library has none.</summary>
    public StoredType? Stored { get; } = NpyHeader.TypeOf(code);
}

/// <summary>An array of NumPy in a pickle, which is empty until its state is set.</summary>
internal sealed class NumPyArray
{
    public Tensor? Tensor { get; set; }
}

/// <summary>Makes numbers and tensors of what a pickle has of NumPy: types, scalars and arrays, which are data and nothing else.</summary>
/// <param name="input">For messages.</param>
/// <param name="charge">Counts bytes that are copied, of which a pickle must not have more than it is long.</param>
internal sealed class NumPyValues(PickleInput input, Action<int, long> charge)
{
    private const int LongestCode = 16;

    public object Call(PickleGlobal global, object?[] arguments, long at) => (global.Kind, arguments) switch
    {
        (GlobalKind.NumPyType, [string { Length: > 0 and < LongestCode } code, bool or long, bool or long]) => new NumPyType(code),
        (GlobalKind.NumPyScalar, [NumPyType type, byte[] bytes]) => Scalar(type, bytes, at),
        (GlobalKind.NumPyScalar, [NumPyType { Stored: not null } type, string text]) => Scalar(type, FromPython2(text, at), at),
        (GlobalKind.NumPyScalar, [NumPyType { Stored: null } type, _]) => throw Unknown(type, at),
        (GlobalKind.NumPyReconstruct, [PickleGlobal { Kind: GlobalKind.NumPyClass }, object?[], byte[] or string]) => new NumPyArray(),
        (GlobalKind.NumPyBuffer, [byte[] bytes, NumPyType type, object?[] shape, "C" or "F" or "A"]) =>
            new NumPyArray { Tensor = Array(type, shape, arguments[3] is "F", bytes, at) },
        _ => throw input.Bad(at, $"{global.Name} is called with {arguments.Length} arguments that it does not take."),
    };

    /// <summary>Sets the state of a type or of an array.</summary>
    /// <returns>False when it is not such a state.</returns>
    public bool TryBuild(object target, object? state, long at)
    {
        object?[] parts = state as object?[] ?? [];
        switch (target)
        {
            // Version, order of bytes, then the parts of structures, which must not be there.
            case NumPyType type when parts is [long, "<" or ">" or "|" or "=", null, null, null, ..]:
                type.IsBigEndian = parts[1] is ">";
                return true;
            case NumPyArray { Tensor: null } array when parts is [long, object?[] shape, NumPyType type, bool isFortran, byte[] bytes]:
                array.Tensor = Array(type, shape, isFortran, bytes, at);
                return true;
            case NumPyArray { Tensor: null } array when parts is [long, object?[] shape, NumPyType type, bool isFortran, string text]:
                array.Tensor = Array(type, shape, isFortran, FromPython2(text, at), at);
                return true;
            case NumPyArray { Tensor: null } when parts is [long, object?[], NumPyType type, bool, List<object?>]:
                throw Unknown(type, at);
            default:
                return false;
        }
    }

    public ModelFileException Unknown(NumPyType type, long at) => input.Bad(at, $"the type {FileContext.Quote(type.Code)} of NumPy"
        + $"{NpyHeader.Describe(type.Code)} is no element type of the library.");

    /// <summary>Bytes of Python 2, which are texts there: letters below 256.</summary>
    private byte[] FromPython2(string text, long at)
    {
        charge(text.Length, at);
        return text.All(static letter => letter < 256)
            ? Encoding.Latin1.GetBytes(text)
            : throw input.Bad(at, "a text stands where the bytes of numbers would fit.");
    }

    /// <summary>A number as a .NET value: whole ones as long, floats as double.</summary>
    private object Scalar(NumPyType type, byte[] bytes, long at)
    {
        if (type.Code[0] == 'U' && bytes.Length % sizeof(int) == 0)
        {
            charge(bytes.Length, at);
            return new UTF32Encoding(type.IsBigEndian, byteOrderMark: false).GetString(bytes).TrimEnd('\0');
        }

        StoredType stored = type.Stored ?? throw Unknown(type, at);
        if (bytes.Length != stored.Size)
        {
            throw input.Bad(at, $"a number of the type {FileContext.Quote(type.Code)} has {bytes.Length} bytes.");
        }

        Span<byte> little = stackalloc byte[sizeof(ulong)];
        little.Clear();
        bytes.CopyTo(little);
        if (type.IsBigEndian)
        {
            little[..bytes.Length].Reverse();
        }

        ulong bits = BinaryPrimitives.ReadUInt64LittleEndian(little);
        return stored.Name switch
        {
            "F64" => BitConverter.UInt64BitsToDouble(bits),
            "F32" => (double)BitConverter.UInt32BitsToSingle((uint)bits),
            "F16" => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
            "BOOL" => bits != 0,
            "U64" => bits <= long.MaxValue ? (long)bits : new BigInteger(bits),
            "U32" or "U16" or "U8" => (long)bits,
            "I64" => (long)bits,
            "I32" => (long)(int)bits,
            "I16" => (long)(short)bits,
            "I8" => (long)(sbyte)bits,
            _ => throw Unknown(type, at),
        };
    }

    private Tensor Array(NumPyType type, object?[] shape, bool isFortran, byte[] bytes, long at)
    {
        StoredType stored = type.Stored ?? throw Unknown(type, at);
        if (shape.Length > Elements.MostAxes
            || !System.Array.TrueForAll(shape, static length => length is long and >= 0 and <= int.MaxValue))
        {
            throw input.Bad(at, $"the shape of an array is not one of {Elements.MostAxes} lengths at most, from 0 to {int.MaxValue}.");
        }

        int[] lengths = System.Array.ConvertAll(shape, static length => (int)(long)length!);
        if (Elements.Count(lengths, Math.Max(stored.Size, stored.DType.Size())) is not { } count || count * stored.Size != bytes.Length)
        {
            throw input.Bad(at, $"an array {Shape.Format(lengths)} of {FileContext.Quote(type.Code)} has {bytes.Length} bytes.");
        }

        // Many arrays may name the same bytes.
        charge(bytes.Length, at);
        if (isFortran)
        {
            System.Array.Reverse(lengths);
        }

        Tensor tensor = Tensor.Empty(lengths, stored.DType, Device.Cpu);
        using MemoryStream stream = new(bytes, writable: false);
        input.ReadElements(stream, (HostStorage)tensor.Storage, count, stored, type.IsBigEndian);
        return isFortran && lengths.Length > 1 ? tensor.Permute([.. Enumerable.Range(0, lengths.Length).Reverse()]) : tensor;
    }
}
