using System.Runtime.Intrinsics;

namespace DeepLearning.Pretrained;

/// <summary>
/// What <see cref="BlockDots"/> and <see cref="KBlockDots"/> compute, on processors without AVX2: the same lanes in the same order, and so
/// the same bits.
/// </summary>
internal static unsafe class PortableDots
{
    /// <summary><see cref="BlockDots.Q8_0(byte*, RowView)"/></summary>
    public static float Q8_0(byte* w, RowView row)
    {
        short* x = row.Words;
        float* scales = row.Scales;
        Vector256<float> lower = default, upper = default, otherLower = default, otherUpper = default;
        for (int b = 0; b < row.Columns / RoundedRows.Block; b++, w += BlockDots.Q8Bytes, x += RoundedRows.Block)
        {
            Vector256<float> factor = Vector256.Create(BlockDots.Scale(w) * scales[b]);
            lower = Vector256.FusedMultiplyAdd(Twos((sbyte*)w + 2, x), factor, lower);
            upper = Vector256.FusedMultiplyAdd(Twos((sbyte*)w + 18, x + 16), factor, upper);
            (lower, upper, otherLower, otherUpper) = (otherLower, otherUpper, lower, upper);
        }

        return BlockDots.Sum(lower + otherLower + (upper + otherUpper));
    }

    /// <summary><see cref="BlockDots.Q4_0(byte*, RowView)"/></summary>
    public static float Q4_0(byte* w, RowView row)
    {
        sbyte* x = row.Bytes;
        float* scales = row.Scales, sums = row.Sums;
        Vector256<float> total = default, other = default;
        float least = 0, otherLeast = 0;
        for (int b = 0; b < row.Columns / RoundedRows.Block; b++, w += BlockDots.Q4Bytes, x += RoundedRows.Block, sums += 2)
        {
            float d = BlockDots.Scale(w);
            Vector128<byte> both = Vector128.Load(w + 2), mask = Vector128.Create((byte)15);
            Vector256<byte> q = Vector256.Create(both & mask, Vector128.ShiftRightLogical(both.AsUInt16(), 4).AsByte() & mask);
            total = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(Fours(q, x)), Vector256.Create(d * scales[b]), total);
            least += d * (sums[0] + sums[1]);
            (total, least, other, otherLeast) = (other, otherLeast, total, least);
        }

        return BlockDots.Sum(total + other) - (8 * (least + otherLeast));
    }

    /// <summary>The sums of each four neighboring products.</summary>
    public static Vector256<int> Fours(Vector256<byte> q, sbyte* x)
    {
        int* lanes = stackalloc int[8];
        for (int i = 0; i < 32; i++)
        {
            lanes[i / 4] += q[i] * x[i];
        }

        return Vector256.Load(lanes);
    }

    /// <summary>The sums of each two neighboring products.</summary>
    private static Vector256<float> Twos(sbyte* q, short* x)
    {
        int* lanes = stackalloc int[8];
        for (int i = 0; i < 16; i++)
        {
            lanes[i / 2] += q[i] * x[i];
        }

        return Vector256.ConvertToSingle(Vector256.Load(lanes));
    }
}
