using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Numerics;

/// <summary>Facts and conversions of single elements that every lane type shares.</summary>
internal static class Elements
{
    /// <summary>Whether the processor multiplies and adds with one rounding; all widths, one value included, follow this alike.</summary>
    public static bool HasFusedMultiplyAdd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.IsSupported;
    }

    /// <summary>Whether a floating-point type is float; by the size, which compilers of kernels for other processors know too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe bool IsSingle<T>()
        where T : unmanaged => sizeof(T) == sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FromDouble<T>(double value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return Unsafe.BitCast<float, T>((float)value);
        }

        if (typeof(T) == typeof(double))
        {
            return Unsafe.BitCast<double, T>(value);
        }

        if (typeof(T) == typeof(int))
        {
            return Unsafe.BitCast<int, T>((int)value);
        }

        if (typeof(T) == typeof(long))
        {
            return Unsafe.BitCast<long, T>((long)value);
        }

        if (typeof(T) == typeof(byte))
        {
            return Unsafe.BitCast<byte, T>((byte)value);
        }

        throw Unknown<T>();
    }

    /// <summary>The element's bits, zero-extended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ToBits<T>(T value)
        where T : unmanaged => Unsafe.SizeOf<T>() switch
        {
            sizeof(int) => Unsafe.BitCast<T, uint>(value),
            sizeof(long) => Unsafe.BitCast<T, long>(value),
            sizeof(byte) => Unsafe.BitCast<T, byte>(value),
            _ => throw Unknown<T>(),
        };

    /// <summary>The element with the low bits of <paramref name="bits"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FromBits<T>(long bits)
        where T : unmanaged => Unsafe.SizeOf<T>() switch
        {
            sizeof(int) => Unsafe.BitCast<uint, T>((uint)bits),
            sizeof(long) => Unsafe.BitCast<long, T>(bits),
            sizeof(byte) => Unsafe.BitCast<byte, T>((byte)bits),
            _ => throw Unknown<T>(),
        };

    private static NotSupportedException Unknown<T>() =>
        new($"{typeof(T).Name} is not an element type of lanes; use float, double, int, long or byte.");
}
