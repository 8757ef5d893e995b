using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Pretrained;

/// <summary>
/// Dot products of quantized rows with rounded ones. Within a block a fixed number of lanes of whole numbers, then one fused product and
/// sum for each lane and block; even and odd blocks have sums of their own, and lanes are added by halves. So the bits are the same
/// whatever the thread and the width of the vectors (<see cref="PortableDots"/>). The scales of blocks are float16 and finite.
/// </summary>
internal static unsafe partial class BlockDots
{
    public const int Q8Bytes = 34;
    public const int Q4Bytes = 18;

    /// <summary>What a float16's bits, moved into the place of a float32's, have to be multiplied with.</summary>
    private const float HalfBias = 5.192296858534828e33f;

    /// <summary>Σ w x of 8-bit and 16-bit integers.</summary>
    public static int Int8(sbyte* w, short* x, int columns)
    {
        int i = 0, sum = 0;
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported)
        {
            Vector512<int> total = Vector512<int>.Zero;
            for (; i + 32 <= columns; i += 32)
            {
                total += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(w + i)), Vector512.Load(x + i));
            }

            sum = Vector512.Sum(total);
        }
        else if (Avx2.IsSupported)
        {
            Vector256<int> total = Vector256<int>.Zero;
            for (; i + 16 <= columns; i += 16)
            {
                total += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(w + i)), Vector256.Load(x + i));
            }

            sum = Vector256.Sum(total);
        }

        for (; i < columns; i++)
        {
            sum += w[i] * x[i];
        }

        return sum;
    }

    /// <summary>Σ over blocks of d s (Σ q x).</summary>
    public static float Q8_0(byte* w, RowView row)
    {
        int blocks = row.Columns / RoundedRows.Block;
        short* x = row.Words;
        float* scales = row.Scales;
        if (Avx512BW.IsSupported)
        {
            Vector512<float> total = Vector512<float>.Zero, other = Vector512<float>.Zero;
            int b = 0;
            for (; b + 2 <= blocks; b += 2, w += 2 * Q8Bytes, x += 2 * RoundedRows.Block)
            {
                Vector512<int> first = Avx512BW.MultiplyAddAdjacent(
                    Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)w + 2)), Vector512.Load(x));
                Vector512<int> second = Avx512BW.MultiplyAddAdjacent(
                    Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)w + Q8Bytes + 2)), Vector512.Load(x + RoundedRows.Block));
                total = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(first), Vector512.Create(Scale(w) * scales[b]), total);
                other = Avx512F.FusedMultiplyAdd(
                    Vector512.ConvertToSingle(second), Vector512.Create(Scale(w + Q8Bytes) * scales[b + 1]), other);
            }

            for (; b < blocks; b++, w += Q8Bytes, x += RoundedRows.Block)
            {
                Vector512<int> last = Avx512BW.MultiplyAddAdjacent(
                    Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)w + 2)), Vector512.Load(x));
                total = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(last), Vector512.Create(Scale(w) * scales[b]), total);
            }

            return Sum(total + other);
        }

        if (Avx2.IsSupported && Fma.IsSupported)
        {
            // The sixteen lanes in two registers.
            Vector256<float> lower = default, upper = default, otherLower = default, otherUpper = default;
            for (int b = 0; b < blocks; b++, w += Q8Bytes, x += RoundedRows.Block)
            {
                Vector256<float> factor = Vector256.Create(Scale(w) * scales[b]);
                lower = Add((sbyte*)w + 2, x, factor, lower);
                upper = Add((sbyte*)w + 18, x + 16, factor, upper);
                (lower, upper, otherLower, otherUpper) = (otherLower, otherUpper, lower, upper);
            }

            return Sum(lower + otherLower + (upper + otherUpper));
        }

        return PortableDots.Q8_0(w, row);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<float> Add(sbyte* q, short* x, Vector256<float> factor, Vector256<float> sum) => Fma.MultiplyAdd(
            Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(q)), Vector256.Load(x))),
            factor, sum);
    }

    /// <summary>Σ over blocks of d s (Σ q x − 8 Σ x), q from 0 to 15.</summary>
    public static float Q4_0(byte* w, RowView row)
    {
        int blocks = row.Columns / RoundedRows.Block;
        sbyte* x = row.Bytes;
        float* scales = row.Scales, sums = row.Sums;
        if (Avx2.IsSupported && Fma.IsSupported)
        {
            Vector256<byte> mask = Vector256.Create((byte)15);
            Vector256<short> ones = Vector256<short>.One;
            Vector256<float> total = Vector256<float>.Zero, other = Vector256<float>.Zero;
            float least = 0, otherLeast = 0;
            int b = 0;
            for (; b + 2 <= blocks; b += 2, w += 2 * Q4Bytes, x += 2 * RoundedRows.Block, sums += 4)
            {
                float d = Scale(w), e = Scale(w + Q4Bytes);
                Vector256<int> first = Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Nibbles(w + 2, mask), Vector256.Load(x)), ones);
                Vector256<int> second = Avx2.MultiplyAddAdjacent(
                    Avx2.MultiplyAddAdjacent(Nibbles(w + Q4Bytes + 2, mask), Vector256.Load(x + RoundedRows.Block)), ones);
                total = Fma.MultiplyAdd(Vector256.ConvertToSingle(first), Vector256.Create(d * scales[b]), total);
                other = Fma.MultiplyAdd(Vector256.ConvertToSingle(second), Vector256.Create(e * scales[b + 1]), other);
                least += d * (sums[0] + sums[1]);
                otherLeast += e * (sums[2] + sums[3]);
            }

            for (; b < blocks; b++, w += Q4Bytes, x += RoundedRows.Block, sums += 2)
            {
                float d = Scale(w);
                Vector256<int> last = Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Nibbles(w + 2, mask), Vector256.Load(x)), ones);
                total = Fma.MultiplyAdd(Vector256.ConvertToSingle(last), Vector256.Create(d * scales[b]), total);
                least += d * (sums[0] + sums[1]);
            }

            return Sum(total + other) - (8 * (least + otherLeast));
        }

        return PortableDots.Q4_0(w, row);
    }

    /// <summary>The sum of lanes by halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> lanes) => Sum(lanes.GetLower() + lanes.GetUpper());

    /// <inheritdoc cref="Sum(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> lanes)
    {
        Vector128<float> four = lanes.GetLower() + lanes.GetUpper();
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }

    /// <summary>The float16 at the place, which is finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(byte* at) =>
        BitConverter.Int32BitsToSingle((*(short*)at << 13) & unchecked((int)0x8FFFE000)) * HalfBias;

    /// <summary>The lower halves of 16 bytes, then the upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Nibbles(byte* at, Vector256<byte> mask)
    {
        Vector128<byte> both = Vector128.Load(at);
        return Vector256.Create(both, Vector128.ShiftRightLogical(both.AsUInt16(), 4).AsByte()) & mask;
    }
}
