using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Conversions of contiguous elements between the types that occur most, by vectors. They give what <see cref="Conversion.Convert"/> gives:
/// each method says how many elements it has done, and the caller does the rest one by one.
/// </summary>
internal static unsafe class VectorConversion
{
    /// <summary>Bytes per vector; the others hold a quarter or an eighth as many elements.</summary>
    private const int Bytes = 64;
    private const int Floats = 16;
    private const int Doubles = 8;

    /// <summary>destination[i] = (TTo)source[i]</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Convert<TFrom, TTo>(TFrom* source, TTo* destination, int count)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        if (!Vector128.IsHardwareAccelerated)
        {
            return 0;
        }

        if (typeof(TTo) == typeof(float))
        {
            return ToFloat(source, (float*)destination, count);
        }

        if (typeof(TFrom) == typeof(float))
        {
            return FromFloat((float*)source, destination, count);
        }

        if (typeof(TTo) == typeof(double) && typeof(TFrom) == typeof(long) && Avx512DQ.IsSupported)
        {
            int i = 0;
            for (; i <= count - Doubles; i += Doubles)
            {
                Vector512.ConvertToDouble(Vector512.Load((long*)source + i)).Store((double*)destination + i);
            }

            return i;
        }

        return BetweenIntegers(source, destination, count);
    }

    /// <summary>destination[i] = 1 where source[i] is not 0, else 0; NaN is not 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int ToTruth<T>(T* source, byte* destination, int count)
        where T : unmanaged
    {
        int i = 0;
        if (!Vector128.IsHardwareAccelerated)
        {
            return i;
        }

        if (typeof(T) == typeof(float) || typeof(T) == typeof(int))
        {
            for (; i <= count - Bytes; i += Bytes)
            {
                Vector512<ushort> low = Vector512.Narrow(IsZero(source + i), IsZero(source + i + Floats));
                Vector512<ushort> high = Vector512.Narrow(IsZero(source + i + (2 * Floats)), IsZero(source + i + (3 * Floats)));
                Vector512.AndNot(Vector512<byte>.One, Vector512.Narrow(low, high)).Store(destination + i);
            }
        }
        else if (typeof(T) == typeof(byte))
        {
            for (; i <= count - Bytes; i += Bytes)
            {
                Vector512.Min(Vector512.Load((byte*)source + i), Vector512<byte>.One).Store(destination + i);
            }
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> IsZero<T>(T* source)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Vector512.Equals(Vector512.Load((float*)source), Vector512<float>.Zero).AsUInt32()
            : Vector512.Equals(Vector512.Load((uint*)source), Vector512<uint>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ToFloat<TFrom>(TFrom* source, float* destination, int count)
        where TFrom : unmanaged
    {
        int i = 0;
        if (typeof(TFrom) == typeof(Half))
        {
            HalfConversion.ToSingle(new ReadOnlySpan<Half>(source, count), new Span<float>(destination, count));
            return count;
        }

        if (typeof(TFrom) == typeof(BFloat16))
        {
            HalfConversion.ToSingle(new ReadOnlySpan<BFloat16>(source, count), new Span<float>(destination, count));
            return count;
        }

        if (typeof(TFrom) == typeof(byte))
        {
            for (; i <= count - Bytes; i += Bytes)
            {
                (Vector512<ushort> low, Vector512<ushort> high) = Vector512.Widen(Vector512.Load((byte*)source + i));
                StoreFloats(low, destination + i);
                StoreFloats(high, destination + i + (2 * Floats));
            }
        }
        else if (typeof(TFrom) == typeof(int))
        {
            for (; i <= count - Floats; i += Floats)
            {
                Vector512.ConvertToSingle(Vector512.Load((int*)source + i)).Store(destination + i);
            }
        }
        else if (typeof(TFrom) == typeof(long) && Avx512DQ.IsSupported)
        {
            for (; i <= count - Doubles; i += Doubles)
            {
                Avx512DQ.ConvertToVector256Single(Vector512.Load((long*)source + i)).Store(destination + i);
            }
        }
        else if (typeof(TFrom) == typeof(double))
        {
            for (; i <= count - Floats; i += Floats)
            {
                Vector512<double> low = Vector512.Load((double*)source + i), high = Vector512.Load((double*)source + i + Doubles);
                Vector512.Narrow(low, high).Store(destination + i);
            }
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFloats(Vector512<ushort> values, float* destination)
    {
        (Vector512<uint> low, Vector512<uint> high) = Vector512.Widen(values);
        Vector512.ConvertToSingle(low.AsInt32()).Store(destination);
        Vector512.ConvertToSingle(high.AsInt32()).Store(destination + Floats);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FromFloat<TTo>(float* source, TTo* destination, int count)
        where TTo : unmanaged
    {
        int i = 0;
        if (typeof(TTo) == typeof(Half))
        {
            HalfConversion.ToHalf(new ReadOnlySpan<float>(source, count), new Span<Half>(destination, count));
            return count;
        }

        if (typeof(TTo) == typeof(BFloat16))
        {
            HalfConversion.ToBFloat16(new ReadOnlySpan<float>(source, count), new Span<BFloat16>(destination, count));
            return count;
        }

        if (typeof(TTo) == typeof(double))
        {
            for (; i <= count - Floats; i += Floats)
            {
                (Vector512<double> low, Vector512<double> high) = Vector512.Widen(Vector512.Load(source + i));
                low.Store((double*)destination + i);
                high.Store((double*)destination + i + Doubles);
            }
        }
        else if (typeof(TTo) == typeof(int))
        {
            for (; i <= count - Floats; i += Floats)
            {
                Vector512.ConvertToInt32(Vector512.Load(source + i)).Store((int*)destination + i);
            }
        }
        else if (typeof(TTo) == typeof(long) && Avx512DQ.IsSupported)
        {
            for (; i <= count - Floats; i += Floats)
            {
                (Vector512<double> low, Vector512<double> high) = Vector512.Widen(Vector512.Load(source + i));
                Vector512.ConvertToInt64(low).Store((long*)destination + i);
                Vector512.ConvertToInt64(high).Store((long*)destination + i + Doubles);
            }
        }
        else if (typeof(TTo) == typeof(byte))
        {
            for (; i <= count - Bytes; i += Bytes)
            {
                Vector512<short> low = Vector512.Narrow(Truncate(source + i), Truncate(source + i + Floats));
                Vector512<short> high = Vector512.Narrow(Truncate(source + i + (2 * Floats)), Truncate(source + i + (3 * Floats)));
                Vector512.Narrow(low.AsUInt16(), high.AsUInt16()).Store((byte*)destination + i);
            }
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Truncate(float* source) => Vector512.ConvertToInt32(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BetweenIntegers<TFrom, TTo>(TFrom* source, TTo* destination, int count)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        int i = 0;
        if (typeof(TFrom) == typeof(int) && typeof(TTo) == typeof(long))
        {
            for (; i <= count - Floats; i += Floats)
            {
                (Vector512<long> low, Vector512<long> high) = Vector512.Widen(Vector512.Load((int*)source + i));
                low.Store((long*)destination + i);
                high.Store((long*)destination + i + Doubles);
            }
        }
        else if (typeof(TFrom) == typeof(long) && typeof(TTo) == typeof(int))
        {
            for (; i <= count - Floats; i += Floats)
            {
                Vector512<long> low = Vector512.Load((long*)source + i), high = Vector512.Load((long*)source + i + Doubles);
                Vector512.Narrow(low, high).Store((int*)destination + i);
            }
        }

        return i;
    }
}
