using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Pretrained;

/// <summary>
/// The products of one quantized row with four rounded ones: each block is unpacked once for all. Bit by bit those of one.
/// </summary>
internal static unsafe partial class BlockDots
{
    /// <summary>How many rounded rows are taken together.</summary>
    public const int Together = 4;

    /// <summary><see cref="Q8_0(byte*, RowView)"/> of four rows.</summary>
    /// <param name="w">The quantized row.</param>
    /// <param name="row">The first of the rounded rows.</param>
    /// <param name="stride">From one rounded row to the next, in numbers.</param>
    /// <param name="y">Receives the products.</param>
    /// <param name="step">From one product to the next.</param>
    public static void Q8_0(byte* w, RowView row, int stride, float* y, long step)
    {
        if (!Avx512BW.IsSupported)
        {
            Each(&Q8_0, w, row, stride, y, step);
            return;
        }

        int blocks = row.Columns / RoundedRows.Block, apart = stride / RoundedRows.Block;
        short* x = row.Words;
        float* scales = row.Scales;
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (int b = 0; b < blocks; b++, w += Q8Bytes, x += RoundedRows.Block, scales++)
        {
            Vector512<short> q = Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)w + 2));
            float d = Scale(w);
            a0 = Add(q, x, d * scales[0], a0);
            b0 = Add(q, x + stride, d * scales[apart], b0);
            c0 = Add(q, x + (2 * stride), d * scales[2 * apart], c0);
            d0 = Add(q, x + (3 * stride), d * scales[3 * apart], d0);
            if (++b == blocks)
            {
                break;
            }

            // Odd blocks have sums of their own.
            w += Q8Bytes;
            x += RoundedRows.Block;
            scales++;
            q = Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)w + 2));
            d = Scale(w);
            a1 = Add(q, x, d * scales[0], a1);
            b1 = Add(q, x + stride, d * scales[apart], b1);
            c1 = Add(q, x + (2 * stride), d * scales[2 * apart], c1);
            d1 = Add(q, x + (3 * stride), d * scales[3 * apart], d1);
        }

        y[0] = Sum(a0 + a1);
        y[step] = Sum(b0 + b1);
        y[2 * step] = Sum(c0 + c1);
        y[3 * step] = Sum(d0 + d1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<float> Add(Vector512<short> q, short* x, float scale, Vector512<float> sum) => Avx512F.FusedMultiplyAdd(
            Vector512.ConvertToSingle(Avx512BW.MultiplyAddAdjacent(q, Vector512.Load(x))), Vector512.Create(scale), sum);
    }

    /// <summary><see cref="Q4_0(byte*, RowView)"/> of four rows.</summary>
    /// <inheritdoc cref="Q8_0(byte*, RowView, int, float*, long)"/>
    public static void Q4_0(byte* w, RowView row, int stride, float* y, long step)
    {
        if (!Avx2.IsSupported || !Fma.IsSupported)
        {
            Each(&Q4_0, w, row, stride, y, step);
            return;
        }

        int blocks = row.Columns / RoundedRows.Block, apart = stride / RoundedRows.Block;
        sbyte* x = row.Bytes;
        float* scales = row.Scales, sums = row.Sums;
        Vector256<byte> mask = Vector256.Create((byte)15);
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        Vector128<float> least0 = default, least1 = default;
        for (int b = 0; b < blocks; b++, w += Q4Bytes, x += RoundedRows.Block, scales++, sums += 2)
        {
            Vector256<byte> q = Nibbles(w + 2, mask);
            float d = Scale(w);
            a0 = Add(q, x, d * scales[0], a0);
            b0 = Add(q, x + stride, d * scales[apart], b0);
            c0 = Add(q, x + (2 * stride), d * scales[2 * apart], c0);
            d0 = Add(q, x + (3 * stride), d * scales[3 * apart], d0);
            least0 += Vector128.Create(d) * Totals(sums, 2 * apart);
            if (++b == blocks)
            {
                break;
            }

            // Odd blocks have sums of their own.
            w += Q4Bytes;
            x += RoundedRows.Block;
            scales++;
            sums += 2;
            q = Nibbles(w + 2, mask);
            d = Scale(w);
            a1 = Add(q, x, d * scales[0], a1);
            b1 = Add(q, x + stride, d * scales[apart], b1);
            c1 = Add(q, x + (2 * stride), d * scales[2 * apart], c1);
            d1 = Add(q, x + (3 * stride), d * scales[3 * apart], d1);
            least1 += Vector128.Create(d) * Totals(sums, 2 * apart);
        }

        Vector128<float> least = (least0 + least1) * 8;
        y[0] = Sum(a0 + a1) - least[0];
        y[step] = Sum(b0 + b1) - least[1];
        y[2 * step] = Sum(c0 + c1) - least[2];
        y[3 * step] = Sum(d0 + d1) - least[3];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<float> Add(Vector256<byte> q, sbyte* x, float scale, Vector256<float> sum) => Fma.MultiplyAdd(
            Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q, Vector256.Load(x)), Vector256<short>.One)),
            Vector256.Create(scale), sum);
    }

    /// <summary>The sums of a block of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Totals(float* sums, int apart) =>
        Vector128.Create(sums[0], sums[apart], sums[2 * apart], sums[3 * apart])
        + Vector128.Create(sums[1], sums[apart + 1], sums[(2 * apart) + 1], sums[(3 * apart) + 1]);

    private static void Each(delegate*<byte*, RowView, float> dot, byte* w, RowView row, int stride, float* y, long step)
    {
        for (int i = 0; i < Together; i++)
        {
            y[i * step] = dot(w, row.Row(i, stride, stride / RoundedRows.Block));
        }
    }
}
