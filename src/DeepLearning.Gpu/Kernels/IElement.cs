using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>How an element in memory (S) becomes a number that is computed with (R).</summary>
internal interface ILoad<S, R>
    where S : unmanaged
    where R : struct, IReal<R>
{
    static abstract R Load(S stored);
}

/// <summary>How a number (R) becomes an element in memory (S).</summary>
internal interface IStore<S, R>
    where S : unmanaged
    where R : struct, IReal<R>
{
    static abstract S Store(R value);
}

/// <summary>An element type as a kernel sees it: how it lies in memory and the number it is computed as.</summary>
internal interface IElement<S, R> : ILoad<S, R>, IStore<S, R>
    where S : unmanaged
    where R : struct, IReal<R>
{

    /// <summary>1 where the answer is yes, 0 where not.</summary>
    static abstract byte Truth(Mask<R> mask);
}

internal readonly struct Float32Element : IElement<float, GpuFloat>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Load(float stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Store(GpuFloat value) => value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuFloat> mask) => GpuFloat.Any(mask) ? (byte)1 : (byte)0;
}

internal readonly struct Float64Element : IElement<double, GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Load(double stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Store(GpuDouble value) => value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuDouble> mask) => GpuDouble.Any(mask) ? (byte)1 : (byte)0;
}

/// <summary>float16 is a storage type: computed as float.</summary>
internal readonly struct Float16Element : IElement<ushort, GpuFloat>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Load(ushort stored) => new(GpuMath.FromHalf(stored));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Store(GpuFloat value) => GpuMath.ToHalf(value.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuFloat> mask) => GpuFloat.Any(mask) ? (byte)1 : (byte)0;
}

/// <summary>bfloat16 is a storage type: computed as float, whose upper half it is.</summary>
internal readonly struct BFloat16Element : IElement<ushort, GpuFloat>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Load(ushort stored) => new(Interop.IntAsFloat((uint)stored << 16));

    /// <summary>The nearest, halves to even; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Store(GpuFloat value)
    {
        uint bits = Interop.FloatAsInt(value.Value);
        uint rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
        return (ushort)((bits & 0x7fffffff) > 0x7f800000 ? (bits >> 16) | 0x40 : rounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuFloat> mask) => GpuFloat.Any(mask) ? (byte)1 : (byte)0;
}

internal readonly struct Int64Element : IElement<long, GpuInteger<long, Int64Kind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<long, Int64Kind> Load(long stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Store(GpuInteger<long, Int64Kind> value) => value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuInteger<long, Int64Kind>> mask) => mask.Bits.Value != 0 ? (byte)1 : (byte)0;
}

internal readonly struct Int32Element : IElement<int, GpuInteger<int, Int32Kind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<int, Int32Kind> Load(int stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Store(GpuInteger<int, Int32Kind> value) => value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuInteger<int, Int32Kind>> mask) => mask.Bits.Value != 0 ? (byte)1 : (byte)0;
}

internal readonly struct UInt8Element : IElement<byte, GpuInteger<int, ByteKind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<int, ByteKind> Load(byte stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Store(GpuInteger<int, ByteKind> value) => (byte)value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuInteger<int, ByteKind>> mask) => mask.Bits.Value != 0 ? (byte)1 : (byte)0;
}

/// <summary>A truth value is a byte, 0 or 1.</summary>
internal readonly struct BoolElement : IElement<byte, GpuInteger<int, ByteKind>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<int, ByteKind> Load(byte stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Store(GpuInteger<int, ByteKind> value) => value.Value == 0 ? (byte)0 : (byte)1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuInteger<int, ByteKind>> mask) => mask.Bits.Value != 0 ? (byte)1 : (byte)0;
}
