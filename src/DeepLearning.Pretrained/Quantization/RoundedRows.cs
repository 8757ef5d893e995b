using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DeepLearning.Pretrained;

/// <summary>
/// The rows of an input rounded to 8 bits, x ≈ s q, s = max|x| / 127, in blocks with a scale each or as a whole; in native memory, since
/// threads share it by pointers. Numbers that are not finite make their block's scale not finite, and with it every product.
/// </summary>
internal sealed unsafe class RoundedRows : IDisposable
{
    public const int Block = 32;
    private const int Padding = 64;

    private readonly nint _memory;

    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">Their length.</param>
    /// <param name="isBlocked">Whether each 32 numbers have a scale, and not each row.</param>
    public RoundedRows(int rows, int columns, bool isBlocked)
    {
        (Rows, Columns, IsBlocked) = (rows, columns, isBlocked);
        int blocks = (columns + Block - 1) / Block;
        Stride = blocks * Block;
        ScaleStride = isBlocked ? blocks : 1;
        long words = Aligned((long)rows * Stride * sizeof(short)), bytes = Aligned((long)rows * Stride);
        long scales = Aligned((long)rows * ScaleStride * sizeof(float)), sums = Aligned((long)rows * blocks * 2 * sizeof(float));
        nuint length = (nuint)(words + bytes + scales + sums);
        _memory = (nint)NativeMemory.AlignedAlloc(length, Padding);
        NativeMemory.Clear((void*)_memory, length);
        Words = (short*)_memory;
        Bytes = (sbyte*)(_memory + words);
        Scales = (float*)(_memory + words + bytes);
        Sums = (float*)(_memory + words + bytes + scales);
    }

    public int Rows { get; }

    public int Columns { get; }

    public bool IsBlocked { get; }

    /// <summary>From one row to the next, in numbers.</summary>
    public int Stride { get; }

    public int ScaleStride { get; }

    /// <summary>The rounded numbers as 16 bits.</summary>
    public short* Words { get; }

    /// <summary>The rounded numbers as 8 bits.</summary>
    public sbyte* Bytes { get; }

    public float* Scales { get; }

    /// <summary>The sum of each 16 rounded numbers times their scale.</summary>
    public float* Sums { get; }

    /// <summary>Rounds one row.</summary>
    public void Round(int row, ReadOnlySpan<float> x)
    {
        sbyte* bytes = Bytes + ((long)row * Stride);
        short* words = Words + ((long)row * Stride);
        float* scales = Scales + ((long)row * ScaleStride), sums = Sums + ((long)row * (Stride / Block) * 2);
        float whole = IsBlocked ? 0 : Most(x);
        for (int start = 0; start < x.Length; start += Block)
        {
            ReadOnlySpan<float> part = x.Slice(start, Math.Min(Block, x.Length - start));
            float most = IsBlocked ? Most(part) : whole;
            float scale = most / 127, inverse = most > 0 && float.IsFinite(most) ? 127 / most : 0;
            scales[IsBlocked ? start / Block : 0] = scale;
            int lower = 0, upper = 0;
            for (int i = 0; i < part.Length; i++)
            {
                int q = (int)MathF.Round(part[i] * inverse);
                bytes[start + i] = (sbyte)q;
                words[start + i] = (short)q;
                if (i < Block / 2)
                {
                    lower += q;
                }
                else
                {
                    upper += q;
                }
            }

            sums[start / Block * 2] = lower * scale;
            sums[(start / Block * 2) + 1] = upper * scale;
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree((void*)_memory);
        GC.SuppressFinalize(this);
    }

    ~RoundedRows() => Dispose();

    private static float Most(ReadOnlySpan<float> x) => Math.Abs(TensorPrimitives.MaxMagnitude(x));

    private static long Aligned(long bytes) => (bytes + Padding - 1) / Padding * Padding;
}
