using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Matrix products in tiles. Each result is the sum along k in order, fused, whatever the tile: the bits do not depend on it. With k split,
/// the parts are written by themselves and <see cref="Finish"/> adds them in order.
/// </summary>
internal static class GemmKernels
{
    /// <summary>What the rows of a tile in shared memory are longer by, so that neighbors along k lie in other banks.</summary>
    private const int Gap = 4;

    /// <summary>
    /// y = left · right + bias. A group keeps two parts of k in shared memory: while it works on one, the next is on its way to registers
    /// and goes to the other. Limited by multiply-adds: each thread does 64 of them for 16 floats of shared memory, in the largest tile.
    /// </summary>
    public static void Tiled<TTile, TElement, S, TOut, O, R, TA, TB, TY>(
        ArrayView<S> a, ArrayView<S> b, ArrayView<Tap> taps, ArrayView<O> bias, ArrayView<O> y, TA left, TB right, TY result,
        GemmPlaces places)
        where TTile : struct, IGemmTile
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TA : struct, IGemmOperand<S>
        where TB : struct, IGemmOperand<S>
        where TY : struct, IGemmResult
    {
        int rows = GemmTile<TTile>.Rows, columns = GemmTile<TTile>.Columns;
        int strideA = rows + Gap, strideB = columns + Gap;
        ArrayView<R> sharedA = ILGPU.SharedMemory.Allocate<R>(2 * TTile.Depth * (GemmTile<TTile>.Rows + Gap));
        ArrayView<R> sharedB = ILGPU.SharedMemory.Allocate<R>(2 * TTile.Depth * (GemmTile<TTile>.Columns + Gap));
        int thread = Group.IdxX, tx = thread % TTile.ColumnThreads, ty = thread / TTile.ColumnThreads;
        int stage = 0;
        long tasks = GemmTask.Count(places, rows, columns);
        for (long t = Grid.IdxX; t < tasks; t += Grid.DimX)
        {
            GemmTask task = GemmTask.At(t, places, rows, columns);
            Place batch = places.BatchAxes.At(task.Batch);
            int begin = task.Split * places.SplitLength;
            int end = places.K - begin < places.SplitLength ? places.K : begin + places.SplitLength;
            Share<TTile, TA, S> shareA = Share<TTile, TA, S>.Of(thread, rows);
            Share<TTile, TA, S> secondA = Share<TTile, TA, S>.Of(thread + GemmTile<TTile>.Threads, rows);
            Share<TTile, TB, S> shareB = Share<TTile, TB, S>.Of(thread, columns);
            Share<TTile, TB, S> secondB = Share<TTile, TB, S>.Of(thread + GemmTile<TTile>.Threads, columns);
            Spot spotA = left.At(batch, taps, task.Row + shareA.Side), spotA2 = left.At(batch, taps, task.Row + secondA.Side);
            Spot spotB = right.At(batch, taps, task.Column + shareB.Side), spotB2 = right.At(batch, taps, task.Column + secondB.Side);
            Quad<S> nextA = left.Load(a, taps, spotA, begin + shareA.Depth, end), nextA2 = default;
            Quad<S> nextB = right.Load(b, taps, spotB, begin + shareB.Depth, end), nextB2 = default;
            if (Share<TTile, TA, S>.Count(rows) > GemmTile<TTile>.Threads)
            {
                nextA2 = left.Load(a, taps, spotA2, begin + secondA.Depth, end);
            }

            if (Share<TTile, TB, S>.Count(columns) > GemmTile<TTile>.Threads)
            {
                nextB2 = right.Load(b, taps, spotB2, begin + secondB.Depth, end);
            }

            Block<R> c00 = Block<R>.Zero, c01 = c00, c10 = c00, c11 = c00;
            for (int p = begin; p < end; p += TTile.Depth)
            {
                shareA.Store<TElement, R>(sharedA, stage * TTile.Depth, strideA, rows, nextA);
                shareB.Store<TElement, R>(sharedB, stage * TTile.Depth, strideB, columns, nextB);
                if (Share<TTile, TA, S>.Count(rows) > GemmTile<TTile>.Threads)
                {
                    secondA.Store<TElement, R>(sharedA, stage * TTile.Depth, strideA, rows, nextA2);
                }

                if (Share<TTile, TB, S>.Count(columns) > GemmTile<TTile>.Threads)
                {
                    secondB.Store<TElement, R>(sharedB, stage * TTile.Depth, strideB, columns, nextB2);
                }

                // One barrier for each part: who is past it no longer reads the other one, which is written next, by the next task, too.
                Group.Barrier();
                if (p + TTile.Depth < end)
                {
                    int next = p + TTile.Depth;
                    nextA = left.Load(a, taps, spotA, next + shareA.Depth, end);
                    nextB = right.Load(b, taps, spotB, next + shareB.Depth, end);
                    if (Share<TTile, TA, S>.Count(rows) > GemmTile<TTile>.Threads)
                    {
                        nextA2 = left.Load(a, taps, spotA2, next + secondA.Depth, end);
                    }

                    if (Share<TTile, TB, S>.Count(columns) > GemmTile<TTile>.Threads)
                    {
                        nextB2 = right.Load(b, taps, spotB2, next + secondB.Depth, end);
                    }
                }

                ArrayView<Quad<R>> quadsA = Quads.Of(sharedA), quadsB = Quads.Of(sharedB);
                for (int q = 0; q < TTile.Depth; q++)
                {
                    int atA = (((stage * TTile.Depth) + q) * (strideA / 4)) + ty, atB = (((stage * TTile.Depth) + q) * (strideB / 4)) + tx;
                    Quad<R> column = quadsA[atA], row = quadsB[atB];
                    c00 = Block<R>.Add(c00, column, row);
                    if (TTile.ColumnBlocks == 2)
                    {
                        Quad<R> secondRow = quadsB[atB + TTile.ColumnThreads];
                        c01 = Block<R>.Add(c01, column, secondRow);
                        if (TTile.RowBlocks == 2)
                        {
                            c11 = Block<R>.Add(c11, quadsA[atA + TTile.RowThreads], secondRow);
                        }
                    }

                    if (TTile.RowBlocks == 2)
                    {
                        c10 = Block<R>.Add(c10, quadsA[atA + TTile.RowThreads], row);
                    }
                }

                stage = 1 - stage;
            }

            int rowAt = task.Row + (ty * 4), columnAt = task.Column + (tx * 4);
            if (TY.HasChain)
            {
                GemmWriting.Chained<TTile, TOut, O, R, TY>(y, bias, result, places, task, rowAt, columnAt, c00, c01, c10, c11);
                continue;
            }

            GemmWriting.Write<TOut, O, R, TY>(y, bias, result, places, task, rowAt, columnAt, c00);
            if (TTile.ColumnBlocks == 2)
            {
                GemmWriting.Write<TOut, O, R, TY>(y, bias, result, places, task, rowAt, columnAt + (4 * TTile.ColumnThreads), c01);
            }

            if (TTile.RowBlocks == 2)
            {
                GemmWriting.Write<TOut, O, R, TY>(y, bias, result, places, task, rowAt + (4 * TTile.RowThreads), columnAt, c10);
                if (TTile.ColumnBlocks == 2)
                {
                    GemmWriting.Write<TOut, O, R, TY>(
                        y, bias, result, places, task, rowAt + (4 * TTile.RowThreads), columnAt + (4 * TTile.ColumnThreads), c11);
                }
            }
        }
    }

    /// <summary>
    /// As <see cref="Tiled"/> with a thread for each result, where tiles would be almost empty: groups of few channels. Limited by the
    /// cache.
    /// </summary>
    public static void Each<TElement, S, TOut, O, R, TA, TB, TY>(
        ArrayView<S> a, ArrayView<S> b, ArrayView<Tap> taps, ArrayView<O> bias, ArrayView<O> y, TA left, TB right, TY result,
        GemmPlaces places)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TA : struct, IGemmOperand<S>
        where TB : struct, IGemmOperand<S>
        where TY : struct, IGemmResult
    {
        long matrix = (long)places.M * places.N, all = matrix * places.Batches * places.Splits;
        for (long i = GridStride.First; i < all; i += GridStride.Step)
        {
            long part = i / matrix, within = i - (part * matrix), batch = part / places.Splits;
            int split = (int)(part - (batch * places.Splits)), row = (int)(within / places.N), column = (int)(within % places.N);
            Place place = places.BatchAxes.At(batch);
            Spot spotA = left.At(place, taps, row), spotB = right.At(place, taps, column);
            int begin = split * places.SplitLength;
            int end = places.K - begin < places.SplitLength ? places.K : begin + places.SplitLength;
            R sum = 0.0;
            for (int k = begin; k < end; k += 4)
            {
                Quad<S> qa = left.Load(a, taps, spotA, k, end), qb = right.Load(b, taps, spotB, k, end);
                sum = R.MultiplyAdd(TElement.Load(qa.X), TElement.Load(qb.X), sum);
                sum = R.MultiplyAdd(TElement.Load(qa.Y), TElement.Load(qb.Y), sum);
                sum = R.MultiplyAdd(TElement.Load(qa.Z), TElement.Load(qb.Z), sum);
                sum = R.MultiplyAdd(TElement.Load(qa.W), TElement.Load(qb.W), sum);
            }

            GemmWriting.Put<TOut, O, R, TY>(
                y, bias, result, result.Start(places, batch, split) + (row * result.RowStep) + result.ColumnAt(column), places, batch, row,
                column, sum);
        }
    }

    /// <summary>y = the sum of the parts of k in order, + bias. Limited by memory.</summary>
    public static void Finish<TPart, P, TOut, O, R, TY>(
        ArrayView<P> parts, ArrayView<O> bias, ArrayView<O> y, TY result, GemmPlaces places)
        where TPart : struct, IElement<P, R>
        where P : unmanaged
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TY : struct, IGemmResult
    {
        long matrix = (long)places.M * places.N, all = matrix * places.Batches;
        for (long i = GridStride.First; i < all; i += GridStride.Step)
        {
            R sum = TPart.Load(parts[i]);
            for (int split = 1; split < places.Splits; split++)
            {
                sum += TPart.Load(parts[i + (split * all)]);
            }

            long batch = i / matrix;
            int row = (int)((i - (batch * matrix)) / places.N), column = (int)(i % places.N);
            long at = result.Start(places, batch, 0) + (row * result.RowStep) + result.ColumnAt(column);
            GemmWriting.Put<TOut, O, R, TY>(y, bias, result, at, places, batch, row, column, sum);
        }
    }
}

/// <summary>Which four elements of an operand's tile a thread brings to shared memory, where they lie as [k, side].</summary>
internal readonly struct Share<TTile, TOperand, S>(int depth, int side)
    where TTile : struct, IGemmTile
    where TOperand : struct, IGemmOperand<S>
    where S : unmanaged
{
    public readonly int Depth = depth;
    public readonly int Side = side;

    /// <summary>Fours in a tile of so many places along the side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Count(int sides) => sides * TTile.Depth / 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Share<TTile, TOperand, S> Of(int number, int sides) => TOperand.IsAlongSide
        ? new(number / (sides / 4), number % (sides / 4) * 4)
        : TOperand.IsSideFirst ? new(number / sides * 4, number % sides) : new(number % (TTile.Depth / 4) * 4, number / (TTile.Depth / 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TElement, R>(ArrayView<R> shared, int first, int stride, int sides, Quad<S> four)
        where TElement : struct, IElement<S, R>
        where R : unmanaged, IReal<R>
    {
        // Some tiles have more threads than fours.
        if (Depth < TTile.Depth && Side < sides)
        {
            int at = ((first + Depth) * stride) + Side;
            if (TOperand.IsAlongSide)
            {
                Quad<R> loaded;
                loaded.X = TElement.Load(four.X);
                loaded.Y = TElement.Load(four.Y);
                loaded.Z = TElement.Load(four.Z);
                loaded.W = TElement.Load(four.W);
                Quads.Of(shared)[at >> 2] = loaded;
            }
            else
            {
                shared[at] = TElement.Load(four.X);
                shared[at + stride] = TElement.Load(four.Y);
                shared[at + (2 * stride)] = TElement.Load(four.Z);
                shared[at + (3 * stride)] = TElement.Load(four.W);
            }
        }
    }
}
