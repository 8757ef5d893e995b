using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <summary>Matrices of a batch: where each begins along the axes of the batch, and the strides of its rows and columns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct HeadPlaces(Strides batch, long row, long column)
{
    public readonly Strides Batch = batch;
    public readonly long Row = row;
    public readonly long Column = column;
}

/// <summary>The sizes of an attention, and where its operands are.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AttentionPlaces
{
    public Axes BatchAxes;
    public HeadPlaces Q;
    public HeadPlaces K;
    public HeadPlaces V;
    public HeadPlaces Mask;
    public HeadPlaces Y;
    public HeadPlaces DY;
    public HeadPlaces DQ;
    public HeadPlaces DK;
    public HeadPlaces DV;
    public long Heads;
    public int Queries;
    public int Keys;
    public int Width;
    public int ValueWidth;
    public int IsCausal;

    /// <summary>0: there is none. 1: truth values, true where a key is visible. 2: numbers to add.</summary>
    public int MaskKind;
    public int WantsKeys;
    public int WantsValues;
    public float Scale;

    /// <summary>Whether weights are dropped: those whose random bits are not below the threshold; what is left is scaled.</summary>
    public int Drops;
    public float KeptScale;
    public ulong Threshold;
    public ulong Seed;
    public ulong Stream;
    public ulong Position;
}

/// <summary>Four rows of four floats, in registers.</summary>
internal struct Rows4
{
    public Float4 A;
    public Float4 B;
    public Float4 C;
    public Float4 D;
}

/// <summary>How many threads along each side of a tile of products; each makes four by four.</summary>
internal interface IAttentionTile
{
    static abstract int Threads { get; }
}

/// <summary>16 by 16 threads: tiles of 64 queries and 64 keys.</summary>
internal readonly struct AttentionTile16 : IAttentionTile
{
    public static int Threads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }
}

/// <summary>4 by 4 threads, for an accelerator of few threads.</summary>
internal readonly struct AttentionTile4 : IAttentionTile
{
    public static int Threads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }
}

/// <summary>What the kernels of attention share: tiles of results in registers, made of strips in shared memory.</summary>
internal static class AttentionTiles
{
    /// <summary>Columns of the factors that are in shared memory at once.</summary>
    public const int Depth = 8;

    /// <summary>Floats from one row of a strip to the next: one float4 more than is used, so that threads meet in few banks.</summary>
    public const int Pad = 4;

    /// <summary>
    /// The tile of x zᵀ at a row of x and a row of z, 0 where there is none: this thread's four rows and columns. Every thread of the
    /// group calls it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4 Product<TTile>(
        ArrayView<float> x, long startX, HeadPlaces placesX, int rowX, int rowsX, float scaleX, ArrayView<float> z, long startZ,
        HeadPlaces placesZ, int rowZ, int rowsZ, float scaleZ, int width, ArrayView<float> left, ArrayView<float> right)
        where TTile : struct, IAttentionTile
    {
        int tile = TTile.Threads * 4, threads = TTile.Threads * TTile.Threads, stride = tile + Pad;
        int thread = Group.IdxX, tx = thread % TTile.Threads, ty = thread / TTile.Threads;
        Rows4 sums = default;
        for (int p = 0; p < width; p += Depth)
        {
            for (int e = thread; e < tile * Depth; e += threads)
            {
                int depth = e % Depth, side = e / Depth;
                bool isX = rowX + side < rowsX && p + depth < width, isZ = rowZ + side < rowsZ && p + depth < width;
                float a = isX ? x[startX + ((rowX + side) * placesX.Row) + ((p + depth) * placesX.Column)] : 0;
                float b = isZ ? z[startZ + ((rowZ + side) * placesZ.Row) + ((p + depth) * placesZ.Column)] : 0;
                left[(depth * stride) + side] = GpuMath.Multiply(a, scaleX);
                right[(depth * stride) + side] = GpuMath.Multiply(b, scaleZ);
            }

            Group.Barrier();
            for (int q = 0; q < Depth; q++)
            {
                sums = Add(sums, At(left, (q * stride) + (ty * 4)), At(right, (q * stride) + (tx * 4)));
            }

            Group.Barrier();
        }

        return sums;
    }

    /// <summary>
    /// Brings a strip of rows of z, whole ones, to shared memory, 0 where there is none: so many rows from one on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Strip<TTile>(
        ArrayView<float> z, long start, HeadPlaces places, int row, int rows, int width, ArrayView<float> strip)
        where TTile : struct, IAttentionTile
    {
        int most = TTile.Threads * 8, threads = TTile.Threads * TTile.Threads;
        for (int e = Group.IdxX; e < most * Depth; e += threads)
        {
            int column = e % most, depth = e / most;
            bool exists = row + depth < rows && column < width;
            strip[(depth * (most + Pad)) + column] = exists ? z[start + ((row + depth) * places.Row) + (column * places.Column)] : 0;
        }
    }

    /// <summary>This thread's tile as columns of a square in shared memory: element (row, column) at [column, row].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreColumns<TTile>(Rows4 v, ArrayView<float> square)
        where TTile : struct, IAttentionTile
    {
        int stride = (TTile.Threads * 4) + Pad, thread = Group.IdxX;
        int at = (thread % TTile.Threads * 4 * stride) + (thread / TTile.Threads * 4);
        Put(square, at, v.A.X, v.B.X, v.C.X, v.D.X);
        Put(square, at + stride, v.A.Y, v.B.Y, v.C.Y, v.D.Y);
        Put(square, at + (2 * stride), v.A.Z, v.B.Z, v.C.Z, v.D.Z);
        Put(square, at + (3 * stride), v.A.W, v.B.W, v.C.W, v.D.W);
    }

    /// <summary>The tile that this thread has in a square as <see cref="StoreColumns"/> left it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4 LoadColumns<TTile>(ArrayView<float> square)
        where TTile : struct, IAttentionTile
    {
        int stride = (TTile.Threads * 4) + Pad, thread = Group.IdxX;
        int at = (thread % TTile.Threads * 4 * stride) + (thread / TTile.Threads * 4);
        Float4 x = At(square, at), y = At(square, at + stride), z = At(square, at + (2 * stride)), w = At(square, at + (3 * stride));
        Rows4 v;
        v.A = Of(x.X, y.X, z.X, w.X);
        v.B = Of(x.Y, y.Y, z.Y, w.Y);
        v.C = Of(x.Z, y.Z, z.Z, w.Z);
        v.D = Of(x.W, y.W, z.W, w.W);
        return v;
    }

    /// <summary>sums + factors of four rows · four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4 Add(Rows4 sums, Float4 rows, Float4 columns)
    {
        sums.A = Add(sums.A, rows.X, columns);
        sums.B = Add(sums.B, rows.Y, columns);
        sums.C = Add(sums.C, rows.Z, columns);
        sums.D = Add(sums.D, rows.W, columns);
        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Add(Float4 sums, float factor, Float4 v)
    {
        sums.X = GpuMath.MultiplyAdd(factor, v.X, sums.X);
        sums.Y = GpuMath.MultiplyAdd(factor, v.Y, sums.Y);
        sums.Z = GpuMath.MultiplyAdd(factor, v.Z, sums.Z);
        sums.W = GpuMath.MultiplyAdd(factor, v.W, sums.W);
        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4 Times(Rows4 v, Float4 rows)
    {
        v.A = Times(v.A, rows.X);
        v.B = Times(v.B, rows.Y);
        v.C = Times(v.C, rows.Z);
        v.D = Times(v.D, rows.W);
        return v;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Times(Float4 v, float factor) => Of(
        GpuMath.Multiply(v.X, factor), GpuMath.Multiply(v.Y, factor), GpuMath.Multiply(v.Z, factor), GpuMath.Multiply(v.W, factor));

    /// <summary>Weights times factors of dropout, of which 0 drops infinity, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4 Dropped(Rows4 v, Rows4 factors)
    {
        v.A = Dropped(v.A, factors.A);
        v.B = Dropped(v.B, factors.B);
        v.C = Dropped(v.C, factors.C);
        v.D = Dropped(v.D, factors.D);
        return v;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Of(float x, float y, float z, float w)
    {
        Float4 v;
        v.X = x;
        v.Y = y;
        v.Z = z;
        v.W = w;
        return v;
    }

    /// <summary>Four floats of shared memory at a multiple of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 At(ArrayView<float> shared, int at) => shared.AsAligned(16).Cast<Float4>()[at / 4];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ArrayView<float> shared, int at, float x, float y, float z, float w) =>
        shared.AsAligned(16).Cast<Float4>()[at / 4] = Of(x, y, z, w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Dropped(Float4 v, Float4 factors) => Of(
        Dropped(v.X, factors.X), Dropped(v.Y, factors.Y), Dropped(v.Z, factors.Z), Dropped(v.W, factors.W));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dropped(float v, float factor) => GpuMath.Equal(factor, 0) != 0 ? 0 : GpuMath.Multiply(v, factor);
}
