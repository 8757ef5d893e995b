namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>Integers of a size, in registers of 64 bits.</summary>
internal static class PtxInteger
{
    public static ulong Mask(int size) => size == 8 ? ulong.MaxValue : (1UL << (8 * size)) - 1;

    public static long Signed(ulong bits, int size) => size switch
    {
        1 => (sbyte)bits,
        2 => (short)bits,
        4 => (int)bits,
        _ => (long)bits,
    };

    public static bool Less(ulong a, ulong b, int size, bool signed) => signed
        ? Signed(a, size) < Signed(b, size)
        : (a & Mask(size)) < (b & Mask(size));

    /// <summary>The quotient; of a division by zero a number that a program must not use.</summary>
    public static ulong Divide(ulong a, ulong b, int size, bool signed)
    {
        if ((b & Mask(size)) == 0)
        {
            return 0x5a5a5a5a5a5a5a5a;
        }

        if (!signed)
        {
            return (a & Mask(size)) / (b & Mask(size));
        }

        long divisor = Signed(b, size);
        return divisor == -1 ? 0 - a : (ulong)(Signed(a, size) / divisor);
    }
}
