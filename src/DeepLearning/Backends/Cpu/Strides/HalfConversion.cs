using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Backends.Cpu;

/// <summary>Conversions of runs between the 16-bit floating-point types and float.</summary>
internal static class HalfConversion
{
    /// <summary>Widens exactly; <paramref name="destination"/> has at least the length of <paramref name="source"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ToSingle(ReadOnlySpan<Half> source, Span<float> destination) =>
        TensorPrimitives.ConvertToSingle(source, destination);

    /// <summary>Rounds to nearest, halves to even.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ToHalf(ReadOnlySpan<float> source, Span<Half> destination) =>
        TensorPrimitives.ConvertToHalf(source, destination);

    /// <summary>Widens exactly; <paramref name="destination"/> has at least the length of <paramref name="source"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ToSingle(ReadOnlySpan<BFloat16> source, Span<float> destination)
    {
        ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<BFloat16, ushort>(source);
        Span<uint> result = MemoryMarshal.Cast<float, uint>(destination)[..bits.Length];
        ref ushort from = ref MemoryMarshal.GetReference(bits);
        ref uint to = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i <= bits.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
        {
            (Vector512<uint> lower, Vector512<uint> upper) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)i));
            (lower << 16).StoreUnsafe(ref to, (nuint)i);
            (upper << 16).StoreUnsafe(ref to, (nuint)(i + Vector512<uint>.Count));
        }

        for (; i < bits.Length; i++)
        {
            result[i] = (uint)bits[i] << 16;
        }
    }

    /// <summary>Rounds to nearest, halves to even; a NaN stays one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ToBFloat16(ReadOnlySpan<float> source, Span<BFloat16> destination)
    {
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(source);
        Span<ushort> result = MemoryMarshal.Cast<BFloat16, ushort>(destination)[..bits.Length];
        ref uint from = ref MemoryMarshal.GetReference(bits);
        ref ushort to = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i <= bits.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
        {
            Vector512<uint> lower = RoundUpperHalf(Vector512.LoadUnsafe(ref from, (nuint)i));
            Vector512<uint> upper = RoundUpperHalf(Vector512.LoadUnsafe(ref from, (nuint)(i + Vector512<uint>.Count)));
            Vector512.Narrow(lower, upper).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < bits.Length; i++)
        {
            result[i] = BFloat16.RoundUpperHalf(bits[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> RoundUpperHalf(Vector512<uint> bits)
    {
        Vector512<uint> even = (bits >>> 16) & Vector512<uint>.One;
        Vector512<uint> rounded = (bits + Vector512.Create(0x7FFFu) + even) >>> 16;
        Vector512<uint> quiet = (bits >>> 16) | Vector512.Create(0x40u);
        Vector512<float> value = bits.AsSingle();
        return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, quiet);
    }
}
