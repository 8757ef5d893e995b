using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DeepLearning.Backends;
using DeepLearning.Formats;

namespace DeepLearning.Pretrained;

/// <summary>Products with quantized rows, shared out over the threads of the library by rows: each number is one thread's work.</summary>
internal static unsafe class QuantizedKernels
{
    /// <summary>Up to this length, sums of products of 8-bit numbers fit 32 bits: 2³¹ / 127².</summary>
    public const int LongestIntegerRow = 131_072;

    // A chunk has at least so many bytes of weights, so that it streams from memory.
    private const long ChunkBytes = 64 << 10;
    private const int RoundingGrain = 4096;

    /// <summary>y[m, r] = x[m] · w[r].</summary>
    public static void Multiply(Tensor x, Tensor bytes, Tensor? rowScales, GgufType? type, Tensor y, int rows, int columns)
    {
        int count = checked((int)(x.Count / columns));
        using Lease<float> input = new(x), output = new(y);
        using Lease<byte> weights = Lease<byte>.Bytes(bytes);
        fixed (float* from = input, to = output)
        fixed (byte* w = weights)
        {
            delegate*<byte*, RowView, float> dot = type is { } known ? Dot(known) : null;
            long rowBytes = bytes.Size(1);
            int chunks = Workers.Chunks(rowBytes * rows, ChunkBytes);
            if (type is not null && dot == null)
            {
                Workers.Run(chunks, new DecodedJob(w, rowBytes, from, to, count, rows, columns, chunks, type.Value));
                return;
            }

            using RoundedRows rounded = new(count, columns, type is not null);
            GCHandle handle = GCHandle.Alloc(rounded);
            try
            {
                int parts = Workers.Chunks((long)count * columns, RoundingGrain);
                parts = Math.Min(parts, count);
                Workers.Run(parts, new RoundingJob(GCHandle.ToIntPtr(handle), from, count, columns, parts));
            }
            finally
            {
                handle.Free();
            }

            if (rowScales is null)
            {
                Workers.Run(chunks,
                    new BlockJob(w, rowBytes, View(rounded), dot, Dots(type!.Value), to, count, rows, chunks, rounded.Stride));
                return;
            }

            using Lease<float> scales = new(rowScales);
            fixed (float* s = scales)
            {
                Workers.Run(chunks, new RowJob(w, rowBytes, View(rounded), s, to, count, rows, chunks, rounded.Stride));
            }
        }
    }

    private static RowView View(RoundedRows rows) => new(rows.Words, rows.Bytes, rows.Scales, rows.Sums, rows.Columns);

    /// <summary>The dot product of a type's row with a rounded row; null where the row is decoded instead.</summary>
    private static delegate*<byte*, RowView, float> Dot(GgufType type) => type switch
    {
        GgufType.Q8_0 => &BlockDots.Q8_0,
        GgufType.Q4_0 => &BlockDots.Q4_0,
        GgufType.Q4_K => &KBlockDots.Q4_K,
        GgufType.Q6_K => &KBlockDots.Q6_K,
        _ => null,
    };

    /// <summary>The same of <see cref="BlockDots.Together"/> rounded rows; null where they are taken one by one.</summary>
    private static delegate*<byte*, RowView, int, float*, long, void> Dots(GgufType type) => type switch
    {
        GgufType.Q8_0 => &BlockDots.Q8_0,
        GgufType.Q4_0 => &BlockDots.Q4_0,
        _ => null,
    };

    private static (int First, int End) Range(int chunk, int chunks, int work) =>
        ((int)((long)work * chunk / chunks), (int)((long)work * (chunk + 1) / chunks));

    private readonly struct RoundingJob(nint rounded, float* x, int rows, int columns, int chunks) : IJob
    {
        public void Execute(int chunk)
        {
            RoundedRows target = (RoundedRows)GCHandle.FromIntPtr(rounded).Target!;
            (int first, int end) = Range(chunk, chunks, rows);
            for (int row = first; row < end; row++)
            {
                target.Round(row, new ReadOnlySpan<float>(x + ((long)row * columns), columns));
            }
        }
    }

    private readonly struct BlockJob(
        byte* w, long rowBytes, RowView x, delegate*<byte*, RowView, float> dot,
        delegate*<byte*, RowView, int, float*, long, void> dots, float* y, int count, int rows, int chunks, int stride) : IJob
    {
        public void Execute(int chunk)
        {
            (int first, int end) = Range(chunk, chunks, rows);
            int scaleStride = stride / RoundedRows.Block;
            for (int row = first; row < end; row++)
            {
                byte* at = w + (row * rowBytes);
                int m = 0;
                for (; dots != null && m + BlockDots.Together <= count; m += BlockDots.Together)
                {
                    dots(at, x.Row(m, stride, scaleStride), stride, y + ((long)m * rows) + row, rows);
                }

                for (; m < count; m++)
                {
                    y[((long)m * rows) + row] = dot(at, x.Row(m, stride, scaleStride));
                }
            }
        }
    }

    private readonly struct RowJob(
        byte* w, long rowBytes, RowView x, float* scales, float* y, int count, int rows, int chunks, int stride) : IJob
    {
        public void Execute(int chunk)
        {
            (int first, int end) = Range(chunk, chunks, rows);
            for (int row = first; row < end; row++)
            {
                for (int m = 0; m < count; m++)
                {
                    RowView at = x.Row(m, stride, 1);
                    y[((long)m * rows) + row] =
                        BlockDots.Int8((sbyte*)w + (row * rowBytes), at.Words, at.Columns) * scales[row] * at.Scales[0];
                }
            }
        }
    }

    /// <summary>Eight lanes, added by halves: the same bits whatever the width of the vectors.</summary>
    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector256<float> lanes = Vector256<float>.Zero;
        int i = 0;
        for (; i + 8 <= a.Length; i += 8)
        {
            lanes = Vector256.FusedMultiplyAdd(Vector256.Create(a[i..]), Vector256.Create(b[i..]), lanes);
        }

        float sum = BlockDots.Sum(lanes);
        for (; i < a.Length; i++)
        {
            sum = MathF.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }

    /// <summary>Decodes each block to float32 and multiplies that with the input as it is.</summary>
    private readonly struct DecodedJob(
        byte* w, long rowBytes, float* x, float* y, int count, int rows, int columns, int chunks, GgufType type) : IJob
    {
        [SkipLocalsInit]
        public void Execute(int chunk)
        {
            GgufBlocks kind = GgufBlocks.Of(type);
            Span<float> numbers = stackalloc float[kind.Elements];
            (int first, int end) = Range(chunk, chunks, rows);
            for (int row = first; row < end; row++)
            {
                for (int m = 0; m < count; m++)
                {
                    y[((long)m * rows) + row] = 0;
                }

                for (int block = 0; block < columns / kind.Elements; block++)
                {
                    kind.Decode!(new ReadOnlySpan<byte>(w + (row * rowBytes) + ((long)block * kind.Bytes), kind.Bytes), numbers);
                    for (int m = 0; m < count; m++)
                    {
                        ReadOnlySpan<float> part = new(x + ((long)m * columns) + ((long)block * kind.Elements), kind.Elements);
                        y[((long)m * rows) + row] += Dot(part, numbers);
                    }
                }
            }
        }
    }
}

/// <summary>One rounded row.</summary>
internal readonly unsafe struct RowView(short* words, sbyte* bytes, float* scales, float* sums, int columns)
{
    public short* Words => words;

    public sbyte* Bytes => bytes;

    public float* Scales => scales;

    public float* Sums => sums;

    public int Columns => columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowView Row(int row, int stride, int scaleStride) => new(
        words + ((long)row * stride), bytes + ((long)row * stride), scales + ((long)row * scaleStride),
        sums + ((long)row * (stride / RoundedRows.Block) * 2), columns);
}
