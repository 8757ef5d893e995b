using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning;

/// <summary>Random bits from Philox 4×32-10, a group of eight counters at a time.</summary>
/// <remarks>
/// A fill is a sequence of groups of 128 bytes. Group g holds the blocks of the counters start + 8g + l, l = 0…7: first the words 0
/// and 1 of each block in the order of l, then the words 2 and 3. So a value depends on its place in the fill and on nothing else, the
/// 64-bit numbers are the 32-bit numbers in pairs, and a fill may be cut into parts at any group.
/// </remarks>
internal static partial class Philox
{
    /// <summary>32-bit elements in a group; a fill may be cut at its multiples.</summary>
    public const int Group32 = 32;

    /// <summary>64-bit elements in a group; a fill may be cut at its multiples.</summary>
    public const int Group64 = 16;

    private const int BlocksPerGroup = 8;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The blocks that a fill of <paramref name="count"/> 32-bit elements takes.</summary>
    public static long Blocks32(long count) => (count + Group32 - 1) / Group32 * BlocksPerGroup;

    /// <summary>The blocks that a fill of <paramref name="count"/> 64-bit elements takes.</summary>
    public static long Blocks64(long count) => (count + Group64 - 1) / Group64 * BlocksPerGroup;

    /// <summary>Writes the elements <paramref name="first"/>… of the fill that starts at <paramref name="range"/>.</summary>
    /// <param name="destination">The elements written.</param>
    /// <param name="range">The start of the whole fill.</param>
    /// <param name="first">The number of the first element in the whole fill, a multiple of <see cref="Group32"/>.</param>
    public static void Fill(Span<uint> destination, GeneratorState range, long first) =>
        FillBytes(MemoryMarshal.AsBytes(destination), range, first / Group32);

    /// <summary>Writes the elements <paramref name="first"/>… of the fill that starts at <paramref name="range"/>.</summary>
    /// <param name="destination">The elements written.</param>
    /// <param name="range">The start of the whole fill.</param>
    /// <param name="first">The number of the first element in the whole fill, a multiple of <see cref="Group64"/>.</param>
    public static void Fill(Span<ulong> destination, GeneratorState range, long first) =>
        FillBytes(MemoryMarshal.AsBytes(destination), range, first / Group64);

    /// <summary>The block of four words for one counter, as the paper defines it.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Block(ulong key, ulong counterHigh, ulong counterLow)
    {
        (uint x0, uint x1) = ((uint)counterLow, (uint)(counterLow >> 32));
        (uint x2, uint x3) = ((uint)counterHigh, (uint)(counterHigh >> 32));
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        for (int i = 0; i < Rounds; i++)
        {
            ulong p0 = (ulong)x0 * Multiplier0;
            ulong p1 = (ulong)x2 * Multiplier1;
            (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (x0, x1, x2, x3);
    }

    /// <summary>One group's 128 bytes: the words 0 and 1 of its eight blocks, and their words 2 and 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<ulong> Low, Vector512<ulong> High) Group(GeneratorState range, ulong group)
    {
        // Each word sits in the low half of a 64-bit lane, where one multiplication gives both halves of the product. What is left in
        // the high halves is never read.
        Vector512<ulong> counter = Vector512.Create(range.Position + (group * BlocksPerGroup)) + Vector512<ulong>.Indices;
        Vector512<ulong> x0 = counter;
        Vector512<ulong> x1 = counter >>> 32;
        Vector512<ulong> x2 = Vector512.Create(range.Stream);
        Vector512<ulong> x3 = x2 >>> 32;
        (uint k0, uint k1) = ((uint)range.Seed, (uint)(range.Seed >> 32));
        for (int i = 0; i < Rounds; i++)
        {
            Vector512<ulong> p0 = MultiplyLowHalves(x0, Multiplier0);
            Vector512<ulong> p1 = MultiplyLowHalves(x2, Multiplier1);
            x0 = (p1 >>> 32) ^ x1 ^ Vector512.Create((ulong)k0);
            x1 = p1;
            x2 = (p0 >>> 32) ^ x3 ^ Vector512.Create((ulong)k1);
            x3 = p0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        Vector512<ulong> lowHalf = Vector512.Create(0xFFFFFFFFUL);
        return ((x0 & lowHalf) | (x1 << 32), (x2 & lowHalf) | (x3 << 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> MultiplyLowHalves(Vector512<ulong> a, uint b)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Multiply(a.AsUInt32(), Vector512.Create((ulong)b).AsUInt32());
        }

        if (Avx2.IsSupported)
        {
            Vector256<uint> factor = Vector256.Create((ulong)b).AsUInt32();
            return Vector512.Create(Avx2.Multiply(a.GetLower().AsUInt32(), factor), Avx2.Multiply(a.GetUpper().AsUInt32(), factor));
        }

        Vector256<ulong> lower = a.GetLower();
        Vector256<ulong> upper = a.GetUpper();
        return Vector512.Create(
            Vector256.Create(MultiplyLowHalves(lower.GetLower(), b), MultiplyLowHalves(lower.GetUpper(), b)),
            Vector256.Create(MultiplyLowHalves(upper.GetLower(), b), MultiplyLowHalves(upper.GetUpper(), b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> MultiplyLowHalves(Vector128<ulong> a, uint b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.Multiply(a.AsUInt32(), Vector128.Create((ulong)b).AsUInt32());
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(a), Vector64.Create(b));
        }

        return Vector128.Create((a.GetElement(0) & 0xFFFFFFFFUL) * b, (a.GetElement(1) & 0xFFFFFFFFUL) * b);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FillBytes(Span<byte> destination, GeneratorState range, long firstGroup)
    {
        const int groupBytes = BlocksPerGroup * 16;
        ulong group = (ulong)firstGroup;
        while (destination.Length >= groupBytes)
        {
            (Vector512<ulong> low, Vector512<ulong> high) = Group(range, group++);
            low.AsByte().CopyTo(destination);
            high.AsByte().CopyTo(destination[(groupBytes / 2)..]);
            destination = destination[groupBytes..];
        }

        if (!destination.IsEmpty)
        {
            Span<byte> last = stackalloc byte[groupBytes];
            (Vector512<ulong> low, Vector512<ulong> high) = Group(range, group);
            low.AsByte().CopyTo(last);
            high.AsByte().CopyTo(last[(groupBytes / 2)..]);
            last[..destination.Length].CopyTo(destination);
        }
    }
}
