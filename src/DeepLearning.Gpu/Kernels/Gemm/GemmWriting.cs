using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// How the kernels of matrix products write what they have summed: with the bias, through the formulas that follow, rounded.
/// </summary>
internal static class GemmWriting
{
    /// <summary>Writes a thread's block of four by four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TOut, O, R, TY>(
        ArrayView<O> y, ArrayView<O> bias, TY result, GemmPlaces places, GemmTask task, int row, int column, Block<R> block)
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TY : struct, IGemmResult
    {
        long start = result.Start(places, task.Batch, task.Split);
        long c0 = start + result.ColumnAt(column), c1 = start + result.ColumnAt(column + 1);
        long c2 = start + result.ColumnAt(column + 2), c3 = start + result.ColumnAt(column + 3);
        Row<TOut, O, R, TY>(y, bias, result, places, task.Batch, row, column, c0, c1, c2, c3, block.R0);
        Row<TOut, O, R, TY>(y, bias, result, places, task.Batch, row + 1, column, c0, c1, c2, c3, block.R1);
        Row<TOut, O, R, TY>(y, bias, result, places, task.Batch, row + 2, column, c0, c1, c2, c3, block.R2);
        Row<TOut, O, R, TY>(y, bias, result, places, task.Batch, row + 3, column, c0, c1, c2, c3, block.R3);
    }

    /// <summary>
    /// Writes a thread's blocks through their formulas, four numbers at a time: the sums go on by four registers after each, so that the
    /// formulas stand there four times and not 64.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Chained<TTile, TOut, O, R, TY>(
        ArrayView<O> y, ArrayView<O> bias, TY result, GemmPlaces places, GemmTask task, int row, int column, Block<R> c00, Block<R> c01,
        Block<R> c10, Block<R> c11)
        where TTile : struct, IGemmTile
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TY : struct, IGemmResult
    {
        long start = result.Start(places, task.Batch, task.Split);
        int fours = 4 * TTile.RowBlocks * TTile.ColumnBlocks, at = 0;

        // A loop of two ends, which is not unrolled.
        while (at < fours && column < places.N)
        {
            int block = at / 4, inRow = block % TTile.ColumnBlocks, inColumn = block / TTile.ColumnBlocks;
            ChainedRow<TOut, O, R, TY>(
                y, bias, result, places, task.Batch, start, row + (at % 4) + (inColumn * 4 * TTile.RowThreads),
                column + (inRow * 4 * TTile.ColumnThreads), c00.R0);
            c00 = Block<R>.Next(c00, TTile.ColumnBlocks == 2 ? c01.R0 : c10.R0);
            if (TTile.ColumnBlocks == 2)
            {
                c01 = Block<R>.Next(c01, c10.R0);
            }

            if (TTile.RowBlocks == 2)
            {
                c10 = Block<R>.Next(c10, c11.R0);
                c11 = Block<R>.Next(c11, c11.R0);
            }

            at++;
        }
    }

    /// <summary>Writes four neighbors through their formulas.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ChainedRow<TOut, O, R, TY>(
        ArrayView<O> y, ArrayView<O> bias, TY result, GemmPlaces places, long batch, long start, int row, int column, Quad<R> four)
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TY : struct, IGemmResult
    {
        if (row < places.M && column < places.N)
        {
            long first = start + (row * result.RowStep);
            long c0 = first + result.ColumnAt(column), c1 = first + result.ColumnAt(column + 1);
            long c2 = first + result.ColumnAt(column + 2), c3 = first + result.ColumnAt(column + 3);
            Quad<O> done = default;
            done.X = Finished<TOut, O, R, TY>(bias, result, c0, places, batch, row, column, four.X);
            if (column + 1 < places.N)
            {
                done.Y = Finished<TOut, O, R, TY>(bias, result, c1, places, batch, row, column + 1, four.Y);
            }

            if (column + 2 < places.N)
            {
                done.Z = Finished<TOut, O, R, TY>(bias, result, c2, places, batch, row, column + 2, four.Z);
            }

            if (column + 3 < places.N)
            {
                done.W = Finished<TOut, O, R, TY>(bias, result, c3, places, batch, row, column + 3, four.W);
            }

            if (result.IsAligned != 0 && column + 3 < places.N)
            {
                Quads.Of(y)[c0 >> 2] = done;
            }
            else
            {
                y[c0] = done.X;
                if (column + 1 < places.N)
                {
                    y[c1] = done.Y;
                }

                if (column + 2 < places.N)
                {
                    y[c2] = done.Z;
                }

                if (column + 3 < places.N)
                {
                    y[c3] = done.W;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TOut, O, R, TY>(
        ArrayView<O> y, ArrayView<O> bias, TY result, GemmPlaces places, long batch, int row, int column, long c0, long c1, long c2,
        long c3, Quad<R> four)
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TY : struct, IGemmResult
    {
        if (row < places.M)
        {
            long at = row * result.RowStep;
            if (result.IsAligned != 0 && column + 3 < places.N)
            {
                Quad<O> out4;
                out4.X = Finished<TOut, O, R, TY>(bias, result, at + c0, places, batch, row, column, four.X);
                out4.Y = Finished<TOut, O, R, TY>(bias, result, at + c1, places, batch, row, column + 1, four.Y);
                out4.Z = Finished<TOut, O, R, TY>(bias, result, at + c2, places, batch, row, column + 2, four.Z);
                out4.W = Finished<TOut, O, R, TY>(bias, result, at + c3, places, batch, row, column + 3, four.W);
                Quads.Of(y)[(at + c0) >> 2] = out4;
            }
            else
            {
                Put<TOut, O, R, TY>(y, bias, result, at + c0, places, batch, row, column, four.X);
                Put<TOut, O, R, TY>(y, bias, result, at + c1, places, batch, row, column + 1, four.Y);
                Put<TOut, O, R, TY>(y, bias, result, at + c2, places, batch, row, column + 2, four.Z);
                Put<TOut, O, R, TY>(y, bias, result, at + c3, places, batch, row, column + 3, four.W);
            }
        }
    }

    /// <summary>Writes a result, where its column is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TOut, O, R, TY>(
        ArrayView<O> y, ArrayView<O> bias, TY result, long at, GemmPlaces places, long batch, int row, int column, R sum)
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TY : struct, IGemmResult
    {
        if (column < places.N)
        {
            y[at] = Finished<TOut, O, R, TY>(bias, result, at, places, batch, row, column, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static O Finished<TOut, O, R, TY>(
        ArrayView<O> bias, TY result, long at, GemmPlaces places, long batch, int row, int column, R sum)
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TY : struct, IGemmResult
    {
        R total = sum;
        if ((places.BiasRow | places.BiasColumn) != 0)
        {
            total += TOut.Load(bias[result.BiasStart + places.BiasAt(batch, row, column)]);
        }

        if (TY.HasChain)
        {
            total = result.Chained<TOut, O, R>(bias, TOut.Load(TOut.Store(total)), at);
        }

        return TOut.Store(total);
    }
}
