using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Work over elements of any type that is computed in; 8-bit numbers and truth values are bytes.</summary>
internal interface INumberWork
{
    void Run<T>()
        where T : unmanaged, INumber<T>;
}

/// <summary>Work over float or double elements.</summary>
internal interface IFloatWork
{
    void Run<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Work over whole numbers; truth values are bytes.</summary>
internal interface IIntegerWork
{
    void Run<T>()
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>Work over elements of which only the bits count.</summary>
internal interface IBitWork
{
    void Run<T>()
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>Work over elements of any type, as they are stored; truth values are bytes.</summary>
internal interface IStoredWork
{
    void Run<T>()
        where T : unmanaged;
}

/// <summary>
/// The places that go from an element type to the code for it: work is a struct with its operands as fields, compiled for each type. A type
/// that the work is not for is an error, never the code of another.
/// </summary>
internal static class ElementTypes
{
    /// <summary>Runs work in the type of the elements.</summary>
    /// <exception cref="DTypeException">The type is a 16-bit float, which nothing is computed in.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Numbers<TWork>(DType dtype, TWork work, [CallerMemberName] string operation = "")
        where TWork : struct, INumberWork
    {
        switch (dtype)
        {
            case DType.Float32: work.Run<float>(); break;
            case DType.Float64: work.Run<double>(); break;
            case DType.Int64: work.Run<long>(); break;
            case DType.Int32: work.Run<int>(); break;
            case DType.UInt8 or DType.Bool: work.Run<byte>(); break;
            default: throw DTypes.Unsupported(dtype, operation);
        }
    }

    /// <summary>Runs work in float or double.</summary>
    /// <exception cref="DTypeException">The type is another.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Floats<TWork>(DType dtype, TWork work, [CallerMemberName] string operation = "")
        where TWork : struct, IFloatWork
    {
        switch (dtype)
        {
            case DType.Float32: work.Run<float>(); break;
            case DType.Float64: work.Run<double>(); break;
            default: throw DTypes.Unsupported(dtype, operation);
        }
    }

    /// <summary>Runs work in an integer type.</summary>
    /// <exception cref="DTypeException">The type is neither an integer type nor bool.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Integers<TWork>(DType dtype, TWork work, [CallerMemberName] string operation = "")
        where TWork : struct, IIntegerWork
    {
        switch (dtype)
        {
            case DType.Int64: work.Run<long>(); break;
            case DType.Int32: work.Run<int>(); break;
            case DType.UInt8 or DType.Bool: work.Run<byte>(); break;
            default: throw DTypes.Unsupported(dtype, operation);
        }
    }

    /// <summary>Runs work in an integer type of the size of the elements.</summary>
    /// <exception cref="DTypeException">No type has that size.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Bits<TWork>(DType dtype, TWork work, [CallerMemberName] string operation = "")
        where TWork : struct, IBitWork
    {
        switch (dtype.Size())
        {
            case 1: work.Run<byte>(); break;
            case 2: work.Run<short>(); break;
            case 4: work.Run<int>(); break;
            case 8: work.Run<long>(); break;
            default: throw DTypes.Unsupported(dtype, operation);
        }
    }

    /// <summary>Runs work in the type that the elements are stored in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stored<TWork>(DType dtype, TWork work, [CallerMemberName] string operation = "")
        where TWork : struct, IStoredWork
    {
        switch (dtype)
        {
            case DType.Float32: work.Run<float>(); break;
            case DType.Float64: work.Run<double>(); break;
            case DType.Float16: work.Run<Half>(); break;
            case DType.BFloat16: work.Run<BFloat16>(); break;
            case DType.Int64: work.Run<long>(); break;
            case DType.Int32: work.Run<int>(); break;
            case DType.UInt8 or DType.Bool: work.Run<byte>(); break;
            default: throw DTypes.Unsupported(dtype, operation);
        }
    }
}
