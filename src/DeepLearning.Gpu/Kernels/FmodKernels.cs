using System.Runtime.CompilerServices;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The exact remainder of floats, by long division of their bits: as many steps as the exponents differ, and the processor's results,
/// which are exact, too. Limited by those steps where the quotients are large, else by memory.
/// </summary>
internal static class FmodKernels
{
    public static void Singles(ArrayView<uint> a, ArrayView<uint> b, ArrayView<uint> y)
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            uint x = a[i];
            y[i] = (uint)Remainder(x & 0x7fffffff, b[i] & 0x7fffffff, 23, 0x7f800000) | (x & 0x80000000);
        }
    }

    public static void Doubles(ArrayView<ulong> a, ArrayView<ulong> b, ArrayView<ulong> y)
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            ulong x = a[i];
            y[i] = Remainder(x & 0x7fffffffffffffff, b[i] & 0x7fffffffffffffff, 52, 0x7ff0000000000000) | (x & 0x8000000000000000);
        }
    }

    /// <summary>The bits of |a| mod |b| from those of |a| and |b|; <paramref name="infinity"/> are those of infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Remainder(ulong a, ulong b, int fraction, ulong infinity)
    {
        ulong result = a;
        if (a >= infinity || b > infinity || b == 0)
        {
            result = infinity | (1UL << (fraction - 1));
        }
        else if (a >= b)
        {
            ulong hidden = 1UL << fraction;
            int exponent = (int)(a >> fraction), least = (int)(b >> fraction);
            ulong rest = exponent == 0 ? a : (a & (hidden - 1)) | hidden;
            ulong divisor = least == 0 ? b : (b & (hidden - 1)) | hidden;
            exponent = exponent == 0 ? 1 : exponent;
            least = least == 0 ? 1 : least;
            while (rest < hidden)
            {
                rest *= 2;
                exponent--;
            }

            while (divisor < hidden)
            {
                divisor *= 2;
                least--;
            }

            for (; exponent > least; exponent--)
            {
                rest = rest >= divisor ? rest - divisor : rest;
                rest *= 2;
            }

            rest = rest >= divisor ? rest - divisor : rest;

            // The remainder is a number of the divisor's exponent; it is brought to the form of a float.
            if (exponent < 1)
            {
                rest >>= 1 - exponent;
                exponent = 1;
            }

            while (rest != 0 && rest < hidden && exponent > 1)
            {
                rest *= 2;
                exponent--;
            }

            result = rest < hidden ? rest : (rest - hidden) | ((ulong)exponent << fraction);
        }

        return result;
    }
}
