using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>The sizes of a batch of matrix products y[m, n] = a[m, k] · b[k, n], and the strides of the operands.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct MatMulPlaces(
    int m, int n, int k, long batches, Axes batchAxes, Strides aBatch, Strides bBatch, long aRow, long aColumn, long bRow, long bColumn)
{
    public readonly long Batches = batches;
    public readonly Axes BatchAxes = batchAxes;
    public readonly Strides ABatch = aBatch;
    public readonly Strides BBatch = bBatch;
    public readonly long ARow = aRow;
    public readonly long AColumn = aColumn;
    public readonly long BRow = bRow;
    public readonly long BColumn = bColumn;
    public readonly int M = m;
    public readonly int N = n;
    public readonly int K = k;
}

/// <summary>How many threads along each side of a tile of results; each makes four by four.</summary>
internal interface ITile
{
    static abstract int Threads { get; }
}

/// <summary>16 by 16 threads: tiles of 64 by 64 results.</summary>
internal readonly struct Tile16 : ITile
{
    public static int Threads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }
}

/// <summary>4 by 4 threads: tiles of 16 by 16 results, for an accelerator of few threads.</summary>
internal readonly struct Tile4 : ITile
{
    public static int Threads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }
}

/// <summary>Matrix products. y is contiguous; the operands have any strides, so that a transpose copies nothing.</summary>
internal static class MatMulKernels
{
    /// <summary>Columns of a and rows of b that are in shared memory at once.</summary>
    private const int Depth = 8;

    /// <summary>One thread a result, of any element type: the sum along k in order.</summary>
    public static void Simple<TElement, S, R>(ArrayView<S> a, ArrayView<S> b, ArrayView<S> y, MatMulPlaces places)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            long row = i / places.N;
            long column = i - (row * places.N);
            long batch = row / places.M;
            Place place = places.BatchAxes.At(batch);
            long ia = places.ABatch.At(place) + ((row - (batch * places.M)) * places.ARow);
            long ib = places.BBatch.At(place) + (column * places.BColumn);
            R sum = 0.0;
            for (int k = 0; k < places.K; k++)
            {
                sum = R.MultiplyAdd(TElement.Load(a[ia]), TElement.Load(b[ib]), sum);
                ia += places.AColumn;
                ib += places.BRow;
            }

            y[i] = TElement.Store(sum);
        }
    }

    /// <summary>
    /// float32 in tiles: a group copies a part of a and b to shared memory, and each thread makes four by four results in registers. Each
    /// result is the sum along k in order, fused: the same bits as <see cref="Simple"/>'s.
    /// </summary>
    public static void Tiled<TTile>(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, MatMulPlaces places)
        where TTile : struct, ITile
    {
        ArrayView<float> left = ILGPU.SharedMemory.Allocate<float>(TTile.Threads * 4 * Depth);
        ArrayView<float> right = ILGPU.SharedMemory.Allocate<float>(TTile.Threads * 4 * Depth);
        int tile = TTile.Threads * 4, threads = TTile.Threads * TTile.Threads;
        int thread = Group.IdxX, tx = thread % TTile.Threads, ty = thread / TTile.Threads;
        long columnTiles = (places.N + tile - 1) / tile, rowTiles = (places.M + tile - 1) / tile;
        for (long t = Grid.IdxX; t < places.Batches * rowTiles * columnTiles; t += Grid.DimX)
        {
            long batch = t / (rowTiles * columnTiles), within = t - (batch * rowTiles * columnTiles);
            int row0 = (int)(within / columnTiles) * tile, column0 = (int)(within % columnTiles) * tile;
            Place place = places.BatchAxes.At(batch);
            long startA = places.ABatch.At(place), startB = places.BBatch.At(place);
            Float4 r0 = default, r1 = default, r2 = default, r3 = default;
            for (int p = 0; p < places.K; p += Depth)
            {
                for (int e = thread; e < tile * Depth; e += threads)
                {
                    int side = e % tile, depth = e / tile;
                    bool isA = row0 + side < places.M && p + depth < places.K;
                    bool isB = column0 + side < places.N && p + depth < places.K;
                    left[e] = isA ? a[startA + ((row0 + side) * places.ARow) + ((p + depth) * places.AColumn)] : 0;
                    right[e] = isB ? b[startB + ((p + depth) * places.BRow) + ((column0 + side) * places.BColumn)] : 0;
                }

                Group.Barrier();
                for (int q = 0; q < Depth; q++)
                {
                    int ia = (q * tile) + (ty * 4), ib = (q * tile) + (tx * 4);
                    Float4 v;
                    v.X = right[ib];
                    v.Y = right[ib + 1];
                    v.Z = right[ib + 2];
                    v.W = right[ib + 3];

                    // Past the end of k nothing is added: 0 · ∞ would be NaN, and −0 + 0 is 0.
                    if (p + q < places.K)
                    {
                        r0 = Add(r0, left[ia], v);
                        r1 = Add(r1, left[ia + 1], v);
                        r2 = Add(r2, left[ia + 2], v);
                        r3 = Add(r3, left[ia + 3], v);
                    }
                }

                Group.Barrier();
            }

            long start = batch * places.M * places.N;
            Store(y, places, start, row0 + (ty * 4), column0 + (tx * 4), r0);
            Store(y, places, start, row0 + (ty * 4) + 1, column0 + (tx * 4), r1);
            Store(y, places, start, row0 + (ty * 4) + 2, column0 + (tx * 4), r2);
            Store(y, places, start, row0 + (ty * 4) + 3, column0 + (tx * 4), r3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Add(Float4 sums, float factor, Float4 v)
    {
        sums.X = GpuMath.MultiplyAdd(factor, v.X, sums.X);
        sums.Y = GpuMath.MultiplyAdd(factor, v.Y, sums.Y);
        sums.Z = GpuMath.MultiplyAdd(factor, v.Z, sums.Z);
        sums.W = GpuMath.MultiplyAdd(factor, v.W, sums.W);
        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ArrayView<float> y, MatMulPlaces places, long start, int row, int column, Float4 v)
    {
        if (row < places.M)
        {
            long at = start + ((long)row * places.N) + column;
            if (column < places.N)
            {
                y[at] = v.X;
            }

            if (column + 1 < places.N)
            {
                y[at + 1] = v.Y;
            }

            if (column + 2 < places.N)
            {
                y[at + 2] = v.Z;
            }

            if (column + 3 < places.N)
            {
                y[at + 3] = v.W;
            }
        }
    }
}
