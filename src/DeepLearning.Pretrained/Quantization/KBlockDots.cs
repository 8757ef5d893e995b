using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Pretrained;

/// <summary>As <see cref="BlockDots"/>, of blocks of 256 whose groups have scales of their own.</summary>
internal static unsafe class KBlockDots
{
    private const int BlockLength = 256;
    private const int Q4Bytes = 144;
    private const int Q6Bytes = 210;

    /// <summary>Σ over groups of 32 of d s (Σ q x) − m t (Σ x), q from 0 to 15.</summary>
    public static float Q4_K(byte* w, RowView row)
    {
        int blocks = row.Columns / BlockLength;
        sbyte* x = row.Bytes;
        float* scales = row.Scales, sums = row.Sums;
        Vector256<float> total = Vector256<float>.Zero;
        Vector256<byte> mask = Vector256.Create((byte)15);
        float plain = 0, least = 0;
        for (int b = 0; b < blocks; b++, w += Q4Bytes)
        {
            float d = BlockDots.Scale(w), m = BlockDots.Scale(w + 2);
            byte* q = w + 16;
            for (int pair = 0; pair < 4; pair++, q += 32, x += 64, scales += 2, sums += 4)
            {
                (int s, int t) = SixBits(w + 4, 2 * pair);
                (int s1, int t1) = SixBits(w + 4, (2 * pair) + 1);
                least += m * ((t * (sums[0] + sums[1])) + (t1 * (sums[2] + sums[3])));
                if (Avx2.IsSupported && Fma.IsSupported)
                {
                    Vector256<byte> both = Vector256.Load(q);
                    Vector256<byte> lower = both & mask, upper = Vector256.ShiftRightLogical(both.AsUInt16(), 4).AsByte() & mask;
                    total = Fma.MultiplyAdd(Sum(lower, x), Vector256.Create(d * s * scales[0]), total);
                    total = Fma.MultiplyAdd(Sum(upper, x + 32), Vector256.Create(d * s1 * scales[1]), total);
                    continue;
                }

                int first = 0, second = 0;
                for (int i = 0; i < 32; i++)
                {
                    first += (q[i] & 15) * x[i];
                    second += (q[i] >> 4) * x[32 + i];
                }

                plain += (d * s * scales[0] * first) + (d * s1 * scales[1] * second);
            }
        }

        return Vector256.Sum(total) + plain - least;
    }

    /// <summary>Σ over groups of 16 of d s (Σ q x − 32 Σ x), q from 0 to 63.</summary>
    public static float Q6_K(byte* w, RowView row)
    {
        int blocks = row.Columns / BlockLength;
        sbyte* x = row.Bytes;
        float* scales = row.Scales, sums = row.Sums;
        Vector256<float> total = Vector256<float>.Zero;
        Vector256<byte> nibble = Vector256.Create((byte)15), top = Vector256.Create((byte)0x30);
        float plain = 0, least = 0;
        for (int b = 0; b < blocks; b++, w += Q6Bytes)
        {
            float d = BlockDots.Scale(w + 208);
            sbyte* groups = (sbyte*)w + 192;
            for (int part = 0; part < 8; part++, x += 32, scales++, sums += 2, groups += 2)
            {
                int half = part / 4, line = part % 4;
                byte* lower = w + (half * 64) + (line % 2 * 32), upper = w + 128 + (half * 32);
                least += d * ((groups[0] * sums[0]) + (groups[1] * sums[1]));
                if (Avx2.IsSupported && Fma.IsSupported)
                {
                    Vector256<byte> low = Vector256.ShiftRightLogical(Vector256.Load(lower).AsUInt16(), line / 2 * 4).AsByte() & nibble;
                    Vector256<ushort> high = Vector256.Load(upper).AsUInt16();
                    high = line < 3 ? Vector256.ShiftLeft(high, 4 - (2 * line)) : Vector256.ShiftRightLogical(high, 2);
                    Vector256<byte> q = low | (high.AsByte() & top);
                    Vector256<short> factors = Vector256.Create(Vector128.Create((short)groups[0]), Vector128.Create((short)groups[1]));
                    Vector256<int> sum = Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q, Vector256.Load(x)), factors);
                    total = Fma.MultiplyAdd(Vector256.ConvertToSingle(sum), Vector256.Create(d * scales[0]), total);
                    continue;
                }

                int products = 0;
                for (int i = 0; i < 32; i++)
                {
                    int number = ((lower[i] >> (line / 2 * 4)) & 15) | (((upper[i] >> (2 * line)) & 3) << 4);
                    products += number * x[i] * groups[i / 16];
                }

                plain += d * scales[0] * products;
            }
        }

        return Vector256.Sum(total) + plain - (32 * least);
    }

    private static Vector256<float> Sum(Vector256<byte> q, sbyte* x) => Vector256.ConvertToSingle(
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q, Vector256.Load(x)), Vector256<short>.One));

    /// <summary>The scale and the least number of a group: 6 bits each, those of the last four groups taken from three places.</summary>
    private static (int Scale, int Least) SixBits(byte* scales, int group) => group < 4
        ? (scales[group] & 63, scales[group + 4] & 63)
        : ((scales[group + 4] & 15) | (scales[group - 4] >> 6 << 4), (scales[group + 4] >> 4) | (scales[group] >> 6 << 4));
}
