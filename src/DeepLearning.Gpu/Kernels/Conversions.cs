using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>float32 by way of a double.</summary>
internal readonly struct WideFloat32 : ILoad<float, GpuDouble>, IStore<float, GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Load(float stored) => new(GpuMath.Widen(stored));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Store(GpuDouble value) => GpuMath.Narrow(value.Value);
}

/// <summary>float16 by way of a double.</summary>
internal readonly struct WideFloat16 : ILoad<ushort, GpuDouble>, IStore<ushort, GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Load(ushort stored) => new(GpuMath.Widen(GpuMath.FromHalf(stored)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Store(GpuDouble value) => GpuMath.HalfOf(value.Value);
}

/// <summary>bfloat16 by way of a double, rounded once.</summary>
internal readonly struct WideBFloat16 : ILoad<ushort, GpuDouble>, IStore<ushort, GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Load(ushort stored) => new(GpuMath.Widen(BFloat16Element.Load(stored).Value));

    /// <summary>The float between is rounded to odd, so that the second rounding sees on which side of a tie the double lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Store(GpuDouble value)
    {
        float single = GpuMath.Narrow(value.Value);
        GpuDouble back = new(GpuMath.Widen(single));
        uint bits = Interop.FloatAsInt(single);
        Mask<GpuDouble> above = GpuDouble.Less(GpuDouble.Abs(value), GpuDouble.Abs(back));
        uint odd = (GpuDouble.Any(above) ? bits - 1 : bits) | 1;
        Mask<GpuDouble> inexact = GpuDouble.Less(GpuDouble.Abs(value), double.PositiveInfinity) & ~GpuDouble.Equal(value, back);
        return BFloat16Element.Store(new GpuFloat(Interop.IntAsFloat(GpuDouble.Any(inexact) ? odd : bits)));
    }
}

/// <summary>The integer part; 0 of NaN, the end of the range beyond it.</summary>
internal readonly struct WideInt64 : IStore<long, GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Store(GpuDouble value) => GpuMath.Int64Of(GpuDouble.Select(GpuDouble.IsNaN(value), 0.0, value).Value);
}

/// <summary>The integer part; 0 of NaN, the end of the range beyond it.</summary>
internal readonly struct WideInt32 : IStore<int, GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Store(GpuDouble value) => GpuMath.Int32Of(GpuDouble.Select(GpuDouble.IsNaN(value), 0.0, value).Value);
}

/// <summary>The low byte of the integer part.</summary>
internal readonly struct WideUInt8 : IStore<byte, GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Store(GpuDouble value) => (byte)GpuMath.Int32Of(GpuDouble.Select(GpuDouble.IsNaN(value), 0.0, value).Value);
}

/// <summary>Whether the number is not 0.</summary>
internal readonly struct WideBool : IStore<byte, GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Store(GpuDouble value) => GpuDouble.Any(GpuDouble.Equal(value, 0.0)) ? (byte)0 : (byte)1;
}

/// <summary>int32 by way of an int64.</summary>
internal readonly struct LongInt32 : ILoad<int, GpuInteger<long, Int64Kind>>, IStore<int, GpuInteger<long, Int64Kind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<long, Int64Kind> Load(int stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Store(GpuInteger<long, Int64Kind> value) => (int)value.Value;
}

/// <summary>uint8 by way of an int64; a truth value is read so, too.</summary>
internal readonly struct LongUInt8 : ILoad<byte, GpuInteger<long, Int64Kind>>, IStore<byte, GpuInteger<long, Int64Kind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<long, Int64Kind> Load(byte stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Store(GpuInteger<long, Int64Kind> value) => (byte)value.Value;
}

/// <summary>Whether the number is not 0.</summary>
internal readonly struct LongBool : IStore<byte, GpuInteger<long, Int64Kind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Store(GpuInteger<long, Int64Kind> value) => value.Value == 0 ? (byte)0 : (byte)1;
}

/// <summary>The nearest float32.</summary>
internal readonly struct LongFloat32 : IStore<float, GpuInteger<long, Int64Kind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Store(GpuInteger<long, Int64Kind> value) => GpuMath.SingleOf(value.Value);
}

/// <summary>The nearest float64.</summary>
internal readonly struct LongFloat64 : IStore<double, GpuInteger<long, Int64Kind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Store(GpuInteger<long, Int64Kind> value) => GpuMath.DoubleOf(value.Value);
}

/// <summary>float16 by way of the nearest float32.</summary>
internal readonly struct LongFloat16 : IStore<ushort, GpuInteger<long, Int64Kind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Store(GpuInteger<long, Int64Kind> value) => GpuMath.ToHalf(GpuMath.SingleOf(value.Value));
}

/// <summary>bfloat16 by way of the nearest float32.</summary>
internal readonly struct LongBFloat16 : IStore<ushort, GpuInteger<long, Int64Kind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Store(GpuInteger<long, Int64Kind> value) => BFloat16Element.Store(new GpuFloat(GpuMath.SingleOf(value.Value)));
}
