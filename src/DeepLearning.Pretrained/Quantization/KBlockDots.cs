using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Pretrained;

/// <summary>As <see cref="BlockDots"/>, of blocks of 256 whose groups have scales of their own.</summary>
internal static unsafe class KBlockDots
{
    private const int BlockLength = 256;
    private const int Groups = 8;
    private const int Q4Bytes = 144;
    private const int Q6Bytes = 210;

    /// <summary>Σ over groups of 32 of d s (Σ q x) − m t (Σ x), q from 0 to 15.</summary>
    public static float Q4_K(byte* w, RowView row)
    {
        int blocks = row.Columns / BlockLength;
        sbyte* x = row.Bytes;
        float* scales = row.Scales, sums = row.Sums;
        float* factors = stackalloc float[Groups];
        Vector256<float> total = Vector256<float>.Zero, other = Vector256<float>.Zero, least = Vector256<float>.Zero;
        Vector256<byte> mask = Vector256.Create((byte)15);
        for (int b = 0; b < blocks; b++, w += Q4Bytes, scales += Groups, sums += 2 * Groups)
        {
            // Eight scales and eight least numbers of 6 bits each: those of the last four groups are put together from three places.
            uint* packed = (uint*)(w + 4);
            ulong upperScales = (packed[2] & 0x0F0F0F0F) | ((packed[0] >> 2) & 0x30303030);
            ulong upperLeast = ((packed[2] >> 4) & 0x0F0F0F0F) | ((packed[1] >> 2) & 0x30303030);
            Vector256<float> s = Numbers((packed[0] & 0x3F3F3F3F) | (upperScales << 32));
            Vector256<float> t = Numbers((packed[1] & 0x3F3F3F3F) | (upperLeast << 32));
            Vector256.Store(s * (Vector256.Create(BlockDots.Scale(w)) * Vector256.Load(scales)), factors);
            least += t * (Vector256.Create(BlockDots.Scale(w + 2)) * Pairs(sums));
            byte* q = w + 16;
            for (int group = 0; group < Groups; group += 2, q += 32, x += 64)
            {
                Vector256<byte> both = Vector256.Load(q);
                Vector256<byte> lower = both & mask, upper = Vector256.ShiftRightLogical(both.AsUInt16(), 4).AsByte() & mask;
                total = Vector256.FusedMultiplyAdd(Sum(lower, x), Vector256.Create(factors[group]), total);
                other = Vector256.FusedMultiplyAdd(Sum(upper, x + 32), Vector256.Create(factors[group + 1]), other);
            }
        }

        return BlockDots.Sum(total + other) - BlockDots.Sum(least);
    }

    /// <summary>Σ over groups of 16 of d s (Σ q x − 32 Σ x), q from 0 to 63.</summary>
    public static float Q6_K(byte* w, RowView row)
    {
        int blocks = row.Columns / BlockLength;
        sbyte* x = row.Bytes;
        float* scales = row.Scales, sums = row.Sums;
        float* factors = stackalloc float[Groups];
        Vector256<float> total = Vector256<float>.Zero, other = Vector256<float>.Zero, least = Vector256<float>.Zero;
        Vector256<byte> nibble = Vector256.Create((byte)15), top = Vector256.Create((byte)0x30);
        for (int b = 0; b < blocks; b++, w += Q6Bytes, scales += Groups, sums += 2 * Groups)
        {
            Vector256<float> d = Vector256.Create(BlockDots.Scale(w + 208));
            sbyte* groups = (sbyte*)w + 192;
            Vector256.Store(d * Vector256.Load(scales), factors);
            least += d * ((Signed(groups) * Vector256.Load(sums)) + (Signed(groups + Groups) * Vector256.Load(sums + Groups)));
            for (int half = 0; half < 2; half++, x += 128, groups += 8)
            {
                byte* lower = w + (half * 64), upper = w + 128 + (half * 32);
                float* factor = factors + (4 * half);
                Vector256<byte> even = Vector256.Load(lower), odd = Vector256.Load(lower + 32);
                Vector256<ushort> high = Vector256.Load(upper).AsUInt16();
                Vector256<byte> q0 = (even & nibble) | (Vector256.ShiftLeft(high, 4).AsByte() & top);
                Vector256<byte> q1 = (odd & nibble) | (Vector256.ShiftLeft(high, 2).AsByte() & top);
                Vector256<byte> q2 = (Vector256.ShiftRightLogical(even.AsUInt16(), 4).AsByte() & nibble) | (high.AsByte() & top);
                Vector256<byte> q3 = (Vector256.ShiftRightLogical(odd.AsUInt16(), 4).AsByte() & nibble)
                    | (Vector256.ShiftRightLogical(high, 2).AsByte() & top);
                total = Vector256.FusedMultiplyAdd(Sum(q0, x, groups), Vector256.Create(factor[0]), total);
                other = Vector256.FusedMultiplyAdd(Sum(q1, x + 32, groups + 2), Vector256.Create(factor[1]), other);
                total = Vector256.FusedMultiplyAdd(Sum(q2, x + 64, groups + 4), Vector256.Create(factor[2]), total);
                other = Vector256.FusedMultiplyAdd(Sum(q3, x + 96, groups + 6), Vector256.Create(factor[3]), other);
            }
        }

        return BlockDots.Sum(total + other) - (32 * BlockDots.Sum(least));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sum(Vector256<byte> q, sbyte* x) => Vector256.ConvertToSingle(Avx2.IsSupported
        ? Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q, Vector256.Load(x)), Vector256<short>.One)
        : PortableDots.Fours(q, x));

    /// <summary>The same, the first 16 products times the first scale and the others times the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sum(Vector256<byte> q, sbyte* x, sbyte* scales)
    {
        if (!Avx2.IsSupported)
        {
            Vector256<int> scale = Vector256.Create(Vector128.Create((int)scales[0]), Vector128.Create((int)scales[1]));
            return Vector256.ConvertToSingle(PortableDots.Fours(q, x) * scale);
        }

        Vector256<short> factors = Vector256.Create(Vector128.Create((short)scales[0]), Vector128.Create((short)scales[1]));
        return Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q, Vector256.Load(x)), factors));
    }

    /// <summary>Eight bytes as numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Numbers(ulong bytes)
    {
        Vector128<ushort> words = Vector128.WidenLower(Vector128.CreateScalar(bytes).AsByte());
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Signed(sbyte* bytes)
    {
        Vector128<short> words = Vector128.WidenLower(Vector128.CreateScalar(*(long*)bytes).AsSByte());
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)));
    }

    /// <summary>The sums of eight neighboring pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pairs(float* numbers)
    {
        if (Avx2.IsSupported)
        {
            Vector256<float> both = Avx.HorizontalAdd(Vector256.Load(numbers), Vector256.Load(numbers + 8));
            return Avx2.Permute4x64(both.AsDouble(), 0b11_01_10_00).AsSingle();
        }

        return Vector256.Create(
            numbers[0] + numbers[1], numbers[2] + numbers[3], numbers[4] + numbers[5], numbers[6] + numbers[7],
            numbers[8] + numbers[9], numbers[10] + numbers[11], numbers[12] + numbers[13], numbers[14] + numbers[15]);
    }
}
