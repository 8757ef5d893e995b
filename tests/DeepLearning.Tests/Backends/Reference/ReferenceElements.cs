using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Tests.Backends.Reference;

/// <summary>Elements of tensors of any layout and type, in row-major order, as an array of the type that is computed in.</summary>
internal static class ReferenceElements
{
    /// <summary>For each element of a shape, in row-major order, its place in a storage; lengths of 1 and missing axes repeat.</summary>
    public static long[] Places(Layout layout, ReadOnlySpan<int> lengths)
    {
        long[] places = new long[Shape.CountOf(lengths)], steps = new long[lengths.Length];
        int[] at = new int[lengths.Length];
        int missing = lengths.Length - layout.Rank;
        for (int axis = 0; axis < layout.Rank; axis++)
        {
            steps[missing + axis] = layout.Lengths[axis] == 1 ? 0 : layout.Strides[axis];
        }

        long place = layout.Offset;
        for (long i = 0; i < places.Length; i++)
        {
            places[i] = place;
            for (int axis = lengths.Length - 1; axis >= 0; axis--)
            {
                place += steps[axis];
                if (++at[axis] < lengths[axis])
                {
                    break;
                }

                place -= steps[axis] * lengths[axis];
                at[axis] = 0;
            }
        }

        return places;
    }

    /// <summary>The elements, converted, as a tensor of another shape sees them.</summary>
    public static T[] Load<T>(byte[] memory, Tensor x, ReadOnlySpan<int> lengths)
        where T : unmanaged, INumber<T>
    {
        long[] places = Places(x.Layout, lengths);
        T[] values = new T[places.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = x.DType.IsFloatingPoint()
                ? OfNumber<T>(Number(memory, x.DType, places[i]))
                : OfInteger<T>(Integer(memory, x.DType, places[i]));
        }

        return values;
    }

    /// <summary>Writes elements, converted; truth values become 0 or 1.</summary>
    public static void Store<T>(T[] values, byte[] memory, Tensor y)
        where T : unmanaged, INumber<T>
    {
        long[] places = Places(y.Layout, y.Layout.Lengths);
        for (int i = 0; i < values.Length; i++)
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                Set(memory, y.DType, places[i], double.CreateTruncating(values[i]));
            }
            else
            {
                Set(memory, y.DType, places[i], long.CreateTruncating(values[i]));
            }
        }
    }

    public static void Set(byte[] memory, DType dtype, long place, double value)
    {
        switch (dtype)
        {
            case DType.Float32: At<float>(memory, place) = (float)value; break;
            case DType.Float64: At<double>(memory, place) = value; break;
            case DType.Float16: At<Half>(memory, place) = (Half)value; break;
            case DType.BFloat16: At<BFloat16>(memory, place) = (BFloat16)value; break;
            case DType.Int64: At<long>(memory, place) = (long)value; break;
            case DType.Int32: At<int>(memory, place) = (int)value; break;
            case DType.UInt8: At<byte>(memory, place) = (byte)(int)value; break;
            case DType.Bool: At<bool>(memory, place) = value != 0; break;
            default: throw DTypes.Unsupported(dtype);
        }
    }

    public static void Set(byte[] memory, DType dtype, long place, long value)
    {
        switch (dtype)
        {
            case DType.Float32: At<float>(memory, place) = value; break;
            case DType.Float64: At<double>(memory, place) = value; break;
            case DType.Float16: At<Half>(memory, place) = (Half)(float)value; break;
            case DType.BFloat16: At<BFloat16>(memory, place) = (BFloat16)(float)value; break;
            case DType.Int64: At<long>(memory, place) = value; break;
            case DType.Int32: At<int>(memory, place) = (int)value; break;
            case DType.UInt8: At<byte>(memory, place) = (byte)value; break;
            case DType.Bool: At<bool>(memory, place) = value != 0; break;
            default: throw DTypes.Unsupported(dtype);
        }
    }

    private static double Number(byte[] memory, DType dtype, long place) => dtype switch
    {
        DType.Float32 => At<float>(memory, place),
        DType.Float64 => At<double>(memory, place),
        DType.Float16 => (double)At<Half>(memory, place),
        DType.BFloat16 => (float)At<BFloat16>(memory, place),
        _ => throw DTypes.Unsupported(dtype),
    };

    private static long Integer(byte[] memory, DType dtype, long place) => dtype switch
    {
        DType.Int64 => At<long>(memory, place),
        DType.Int32 => At<int>(memory, place),
        DType.UInt8 or DType.Bool => memory[place],
        _ => throw DTypes.Unsupported(dtype),
    };

    private static T OfNumber<T>(double value)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float)) { return (T)(object)(float)value; }
        if (typeof(T) == typeof(double)) { return (T)(object)value; }
        if (typeof(T) == typeof(long)) { return (T)(object)(long)value; }
        if (typeof(T) == typeof(int)) { return (T)(object)(int)value; }
        return (T)(object)(byte)(int)value;
    }

    private static T OfInteger<T>(long value)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float)) { return (T)(object)(float)value; }
        if (typeof(T) == typeof(double)) { return (T)(object)(double)value; }
        if (typeof(T) == typeof(long)) { return (T)(object)value; }
        if (typeof(T) == typeof(int)) { return (T)(object)(int)value; }
        return (T)(object)(byte)value;
    }

    private static ref T At<T>(byte[] memory, long place)
        where T : unmanaged => ref Unsafe.As<byte, T>(ref memory[place * Unsafe.SizeOf<T>()]);
}
