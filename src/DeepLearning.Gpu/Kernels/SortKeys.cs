using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Elements, as bits, in the order of unsigned integers: NaN last, both zeros equal. Only integer instructions, whatever the type.
/// </summary>
internal interface IKey<S>
    where S : unmanaged
{
    /// <summary>The bits that a key may have set.</summary>
    static abstract ulong All { get; }

    static abstract ulong Of(S bits);

    /// <summary>The key in the reversed order, but NaN last again.</summary>
    static abstract ulong Reversed(S bits);
}

internal readonly struct Float32Key : IKey<uint>
{
    public static ulong All
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => uint.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(uint bits)
    {
        uint size = bits & 0x7fffffff;
        uint key = size == 0 ? 0x80000000 : (bits >> 31) != 0 ? ~bits : bits | 0x80000000;
        return size > 0x7f800000 ? uint.MaxValue : key;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Reversed(uint bits) => (bits & 0x7fffffff) > 0x7f800000 ? uint.MaxValue : All ^ Of(bits);
}

internal readonly struct Float64Key : IKey<ulong>
{
    public static ulong All
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ulong.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong bits)
    {
        ulong size = bits & 0x7fffffffffffffff;
        ulong key = size == 0 ? 0x8000000000000000 : (bits >> 63) != 0 ? ~bits : bits | 0x8000000000000000;
        return size > 0x7ff0000000000000 ? ulong.MaxValue : key;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Reversed(ulong bits) => (bits & 0x7fffffffffffffff) > 0x7ff0000000000000 ? ulong.MaxValue : ~Of(bits);
}

internal readonly struct Int64Key : IKey<ulong>
{
    public static ulong All
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ulong.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong bits) => bits ^ 0x8000000000000000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Reversed(ulong bits) => ~Of(bits);
}

internal readonly struct Int32Key : IKey<uint>
{
    public static ulong All
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => uint.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(uint bits) => bits ^ 0x80000000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Reversed(uint bits) => All ^ Of(bits);
}

/// <summary>Bytes and truth values.</summary>
internal readonly struct ByteKey : IKey<byte>
{
    public static ulong All
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0xff;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(byte bits) => bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Reversed(byte bits) => All ^ Of(bits);
}

/// <summary>A key with the place that it stands at: no two entries of a row are equal, so that any sort of them is stable.</summary>
internal interface IEntry<E>
    where E : unmanaged
{
    static abstract E Of(ulong key, long position);

    static abstract bool IsLess(E a, E b);

    static abstract ulong Key(E entry);

    static abstract long Position(E entry);

    /// <summary>What stands behind all others.</summary>
    static abstract E Last { get; }
}

/// <summary>A key of 32 bits above a place.</summary>
internal readonly struct NarrowEntry : IEntry<ulong>
{
    public static ulong Last
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ulong.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong key, long position) => (key << 32) | (ulong)position;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLess(ulong a, ulong b) => a < b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Key(ulong entry) => entry >> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Position(ulong entry) => (long)(entry & uint.MaxValue);
}

/// <summary>A key of 64 bits and a place.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KeyAt
{
    public ulong Key;
    public long Position;
}

internal readonly struct WideEntry : IEntry<KeyAt>
{
    public static KeyAt Last
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Of(ulong.MaxValue, long.MaxValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeyAt Of(ulong key, long position)
    {
        KeyAt entry;
        entry.Key = key;
        entry.Position = position;
        return entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLess(KeyAt a, KeyAt b) => a.Key < b.Key || (a.Key == b.Key && a.Position < b.Position);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Key(KeyAt entry) => entry.Key;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Position(KeyAt entry) => entry.Position;
}
