using static System.Buffers.Binary.BinaryPrimitives;

namespace DeepLearning.Formats;

/// <summary>
/// What the numbers of quantized blocks are. Each product and sum is rounded to float32 by itself, as in the reference (the Python package
/// gguf); nothing is fused.
/// </summary>
internal static class GgufDecoders
{
    private const int Half = 16;
    private const int Groups = 8;

    /// <summary>x = d (q − 8).</summary>
    public static void Q4_0(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float d = Scale(block);
        for (int i = 0; i < Half; i++)
        {
            byte q = block[2 + i];
            numbers[i] = d * ((q & 15) - 8);
            numbers[i + Half] = d * ((q >> 4) - 8);
        }
    }

    /// <summary>x = d q + m.</summary>
    public static void Q4_1(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float d = Scale(block), m = Scale(block[2..]);
        for (int i = 0; i < Half; i++)
        {
            byte q = block[4 + i];
            numbers[i] = (d * (q & 15)) + m;
            numbers[i + Half] = (d * (q >> 4)) + m;
        }
    }

    /// <summary>x = d (q − 16); the fifth bits stand together.</summary>
    public static void Q5_0(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float d = Scale(block);
        uint fifth = ReadUInt32LittleEndian(block[2..]);
        for (int i = 0; i < Half; i++)
        {
            byte q = block[6 + i];
            numbers[i] = d * (((q & 15) | (int)(((fifth >> i) & 1) << 4)) - 16);
            numbers[i + Half] = d * (((q >> 4) | (int)(((fifth >> (i + Half)) & 1) << 4)) - 16);
        }
    }

    /// <summary>x = d q + m; the fifth bits stand together.</summary>
    public static void Q5_1(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float d = Scale(block), m = Scale(block[2..]);
        uint fifth = ReadUInt32LittleEndian(block[4..]);
        for (int i = 0; i < Half; i++)
        {
            byte q = block[8 + i];
            numbers[i] = (d * ((q & 15) | (int)(((fifth >> i) & 1) << 4))) + m;
            numbers[i + Half] = (d * ((q >> 4) | (int)(((fifth >> (i + Half)) & 1) << 4))) + m;
        }
    }

    /// <summary>x = d q.</summary>
    public static void Q8_0(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float d = Scale(block);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (sbyte)block[2 + i] * d;
        }
    }

    /// <summary>x = d s q − m t, with 4 bits each for the group's s and t.</summary>
    public static void Q2_K(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        ReadOnlySpan<byte> scales = block[..16], q = block[16..80];
        float d = Scale(block[80..]), m = Scale(block[82..]);
        for (int i = 0; i < numbers.Length; i++)
        {
            byte scale = scales[i / 16];
            numbers[i] = (d * (scale & 15) * TwoBits(q, i)) - (m * (scale >> 4));
        }
    }

    /// <summary>x = d (s − 32) (q − 4), the third bits apart; s has 6 bits.</summary>
    public static void Q3_K(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        ReadOnlySpan<byte> third = block[..32], q = block[32..96], scales = block[96..108];
        float d = Scale(block[108..]);
        for (int i = 0; i < numbers.Length; i++)
        {
            int group = i / 16;
            int lower = (scales[group % 8] >> (group < 8 ? 0 : 4)) & 15;
            int upper = (scales[8 + (group % 4)] >> (2 * (group / 4))) & 3;
            bool isUpper = ((third[i % 32] >> (i / 32)) & 1) != 0;
            numbers[i] = d * ((lower | (upper << 4)) - 32) * (TwoBits(q, i) - (isUpper ? 0 : 4));
        }
    }

    /// <summary>x = d s q − m t, with 6 bits each for the group's s and t.</summary>
    public static void Q4_K(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float d = Scale(block), m = Scale(block[2..]);
        ReadOnlySpan<byte> scales = block[4..16], q = block[16..];
        for (int group = 0; group < Groups; group++)
        {
            (int s, int t) = SixBits(scales, group);
            float scale = d * s, least = m * t;
            for (int i = 0; i < 32; i++)
            {
                int nibble = (q[(group / 2 * 32) + i] >> (group % 2 * 4)) & 15;
                numbers[(group * 32) + i] = (scale * nibble) - least;
            }
        }
    }

    /// <summary>As <see cref="Q4_K"/>, with the fifth bits apart.</summary>
    public static void Q5_K(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float d = Scale(block), m = Scale(block[2..]);
        ReadOnlySpan<byte> scales = block[4..16], fifth = block[16..48], q = block[48..];
        for (int group = 0; group < Groups; group++)
        {
            (int s, int t) = SixBits(scales, group);
            float scale = d * s, least = m * t;
            for (int i = 0; i < 32; i++)
            {
                int nibble = (q[(group / 2 * 32) + i] >> (group % 2 * 4)) & 15;
                numbers[(group * 32) + i] = (scale * (nibble + (((fifth[i] >> group) & 1) << 4))) - least;
            }
        }
    }

    /// <summary>x = d s (q − 32), with 8 bits for the group's s.</summary>
    public static void Q6_K(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        ReadOnlySpan<byte> lower = block[..128], upper = block[128..192], scales = block[192..208];
        float d = Scale(block[208..]);
        for (int i = 0; i < numbers.Length; i++)
        {
            int half = i / 128, row = i % 128 / 32, column = i % 32;
            int nibble = (lower[(half * 64) + (row % 2 * 32) + column] >> (row / 2 * 4)) & 15;
            int top = (upper[(half * 32) + column] >> (row * 2)) & 3;
            numbers[i] = d * (sbyte)scales[i / 16] * ((nibble | (top << 4)) - 32);
        }
    }

    /// <summary>x = d q, with d in float32.</summary>
    public static void Q8_K(ReadOnlySpan<byte> block, Span<float> numbers)
    {
        float d = ReadSingleLittleEndian(block);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = d * (sbyte)block[4 + i];
        }
    }

    private static float Scale(ReadOnlySpan<byte> bytes) => (float)ReadHalfLittleEndian(bytes);

    /// <summary>Two bits of element i: 128 elements in 32 bytes, each byte with four of them that are 32 apart.</summary>
    private static int TwoBits(ReadOnlySpan<byte> q, int i) => (q[(i / 128 * 32) + (i % 32)] >> (i % 128 / 32 * 2)) & 3;

    /// <summary>The scale and the least number of a group: 6 bits each, those of the last four groups taken from three places.</summary>
    private static (int Scale, int Least) SixBits(ReadOnlySpan<byte> scales, int group) => group < 4
        ? (scales[group] & 63, scales[group + 4] & 63)
        : ((scales[group + 4] & 15) | (scales[group - 4] >> 6 << 4), (scales[group + 4] >> 4) | (scales[group] >> 6 << 4));
}
