using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Numbers as unsigned integers of the same order: NaN last, both zeros equal; reversed for a descending order.</summary>
internal static class SortKeys
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of<T>(T value, bool descending)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(double))
        {
            long bits = BitConverter.DoubleToInt64Bits(Unsafe.BitCast<T, double>(value + T.Zero));
            ulong key = T.IsNaN(value) ? ulong.MaxValue : bits < 0 ? (ulong)~bits : (ulong)bits | 1UL << 63;
            return descending ? ~key : key;
        }

        if (typeof(T) == typeof(long))
        {
            ulong key = (ulong)Unsafe.BitCast<T, long>(value) ^ (1UL << 63);
            return descending ? ~key : key;
        }

        uint small;
        if (typeof(T) == typeof(float))
        {
            // Adding zero makes −0 to 0.
            int bits = BitConverter.SingleToInt32Bits(Unsafe.BitCast<T, float>(value + T.Zero));
            small = T.IsNaN(value) ? uint.MaxValue : bits < 0 ? (uint)~bits : (uint)bits | 1u << 31;
        }
        else if (typeof(T) == typeof(int))
        {
            small = (uint)Unsafe.BitCast<T, int>(value) ^ (1u << 31);
        }
        else if (typeof(T) == typeof(byte))
        {
            small = Unsafe.BitCast<T, byte>(value);
        }
        else
        {
            throw new NotSupportedException($"{typeof(T).Name} has no sort key.");
        }

        return descending ? ~small : small;
    }
}
