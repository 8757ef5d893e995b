using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Matrix products on tensor cores: 128 by 128 results of 256 threads, 64 by 32 of each warp. Both operands lie in shared memory as words
/// [side, k], rows 20 words apart, so that what a warp reads lies in 32 banks.
/// </summary>
internal static class TensorKernels
{
    public const int Threads = 256;
    public const int Side = 128;

    /// <summary>Words along k in shared memory at once.</summary>
    public const int Words = 16;

    /// <summary>The words between neighbors along the side.</summary>
    private const int Stride = 20;

    /// <summary>
    /// y = left · right + bias, with sums in float32 in the cores' order. As in <see cref="GemmKernels"/>, the next part of k is on its
    /// way to registers while one is worked on. Limited by shared memory: 24 words for 16 instructions of a warp.
    /// </summary>
    public static void Tiled<TCore, S, TOut, O, R, TA, TB, TY>(
        ArrayView<S> a, ArrayView<S> b, ArrayView<Tap> taps, ArrayView<O> bias, ArrayView<O> y, TA left, TB right, TY result,
        GemmPlaces places)
        where TCore : struct, ITensorCore<S, R>
        where S : unmanaged
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TA : struct, IGemmOperand<S>
        where TB : struct, IGemmOperand<S>
        where TY : struct, IGemmResult
    {
        ArrayView<uint> sharedA = ILGPU.SharedMemory.Allocate<uint>(2 * Side * Stride);
        ArrayView<uint> sharedB = ILGPU.SharedMemory.Allocate<uint>(2 * Side * Stride);
        int warp = Group.IdxX / 32, lane = Group.IdxX % 32, inGroup = lane % 4;
        int warpRow = (warp / 4 * 64) + (lane / 4), warpColumn = (warp % 4 * 32) + (lane / 4);
        TensorShare<TCore, TA, S, R> shareA = new(Group.IdxX), secondA = new(Group.IdxX + Threads);
        TensorShare<TCore, TB, S, R> shareB = new(Group.IdxX), secondB = new(Group.IdxX + Threads);
        int stage = 0;
        long tasks = GemmTask.Count(places, Side, Side);
        for (long t = Grid.IdxX; t < tasks; t += Grid.DimX)
        {
            GemmTask task = GemmTask.At(t, places, Side, Side);
            Place batch = places.BatchAxes.At(task.Batch);
            int begin = task.Split * places.SplitLength;
            int end = places.K - begin < places.SplitLength ? places.K : begin + places.SplitLength;
            Spot spotA = left.At(batch, taps, task.Row + shareA.Side), spotA2 = left.At(batch, taps, task.Row + secondA.Side);
            Spot spotB = right.At(batch, taps, task.Column + shareB.Side), spotB2 = right.At(batch, taps, task.Column + secondB.Side);
            Eight<S> nextA = shareA.Load(a, taps, left, spotA, begin, end), nextA2 = secondA.Load(a, taps, left, spotA2, begin, end);
            Eight<S> nextB = shareB.Load(b, taps, right, spotB, begin, end), nextB2 = secondB.Load(b, taps, right, spotB2, begin, end);
            TensorRow r0 = default, r1 = default, r2 = default, r3 = default;
            for (int p = begin; p < end; p += Words * TCore.PerWord)
            {
                shareA.Store(sharedA, stage * Side * Stride, Stride, nextA);
                secondA.Store(sharedA, stage * Side * Stride, Stride, nextA2);
                shareB.Store(sharedB, stage * Side * Stride, Stride, nextB);
                secondB.Store(sharedB, stage * Side * Stride, Stride, nextB2);
                Group.Barrier();
                if (p + (Words * TCore.PerWord) < end)
                {
                    int next = p + (Words * TCore.PerWord);
                    nextA = shareA.Load(a, taps, left, spotA, next, end);
                    nextA2 = secondA.Load(a, taps, left, spotA2, next, end);
                    nextB = shareB.Load(b, taps, right, spotB, next, end);
                    nextB2 = secondB.Load(b, taps, right, spotB2, next, end);
                }

                for (int word = 0; word < Words; word += 8)
                {
                    int atA = (((stage * Side) + warpRow) * Stride) + word + inGroup;
                    int atB = (((stage * Side) + warpColumn) * Stride) + word + inGroup;
                    TensorColumns columns = new(sharedB, atB, 8 * Stride);
                    r0 = TensorRow.Add<TCore, S, R>(r0, sharedA, atA, 8 * Stride, columns);
                    r1 = TensorRow.Add<TCore, S, R>(r1, sharedA, atA + (16 * Stride), 8 * Stride, columns);
                    r2 = TensorRow.Add<TCore, S, R>(r2, sharedA, atA + (32 * Stride), 8 * Stride, columns);
                    r3 = TensorRow.Add<TCore, S, R>(r3, sharedA, atA + (48 * Stride), 8 * Stride, columns);
                }

                stage = 1 - stage;
            }

            long start = result.Start(places, task.Batch, task.Split);
            int row = task.Row + warpRow, column = task.Column + (warp % 4 * 32) + (2 * inGroup);
            if (TY.HasChain)
            {
                // As in the kernel of tiles: the formulas stand there four times, and the sums go on.
                int tile = 0;
                while (tile < 16 && column < places.N)
                {
                    WriteTile<TCore, S, TOut, O, R, TY>(
                        y, bias, result, places, task.Batch, start, row + (tile / 4 * 16), column + (tile % 4 * 8), r0.C0);
                    r0 = TensorRow.Next(r0, r1.C0);
                    r1 = TensorRow.Next(r1, r2.C0);
                    r2 = TensorRow.Next(r2, r3.C0);
                    r3 = TensorRow.Next(r3, r3.C0);
                    tile++;
                }

                continue;
            }

            Write<TCore, S, TOut, O, R, TY>(y, bias, result, places, task.Batch, start, row, column, r0);
            Write<TCore, S, TOut, O, R, TY>(y, bias, result, places, task.Batch, start, row + 16, column, r1);
            Write<TCore, S, TOut, O, R, TY>(y, bias, result, places, task.Batch, start, row + 32, column, r2);
            Write<TCore, S, TOut, O, R, TY>(y, bias, result, places, task.Batch, start, row + 48, column, r3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TCore, S, TOut, O, R, TY>(
        ArrayView<O> y, ArrayView<O> bias, TY result, GemmPlaces places, long batch, long start, int row, int column, TensorRow sums)
        where TCore : struct, ITensorCore<S, R>
        where S : unmanaged
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TY : struct, IGemmResult
    {
        WriteTile<TCore, S, TOut, O, R, TY>(y, bias, result, places, batch, start, row, column, sums.C0);
        WriteTile<TCore, S, TOut, O, R, TY>(y, bias, result, places, batch, start, row, column + 8, sums.C1);
        WriteTile<TCore, S, TOut, O, R, TY>(y, bias, result, places, batch, start, row, column + 16, sums.C2);
        WriteTile<TCore, S, TOut, O, R, TY>(y, bias, result, places, batch, start, row, column + 24, sums.C3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteTile<TCore, S, TOut, O, R, TY>(
        ArrayView<O> y, ArrayView<O> bias, TY result, GemmPlaces places, long batch, long start, int row, int column, Quad<float> sums)
        where TCore : struct, ITensorCore<S, R>
        where S : unmanaged
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TY : struct, IGemmResult
    {
        long first = start + (row * result.RowStep), second = start + ((row + 8) * result.RowStep);
        long at = result.ColumnAt(column), next = result.ColumnAt(column + 1);
        if (row < places.M)
        {
            GemmWriting.Put<TOut, O, R, TY>(y, bias, result, first + at, places, batch, row, column, TCore.Sum(sums.X));
            GemmWriting.Put<TOut, O, R, TY>(y, bias, result, first + next, places, batch, row, column + 1, TCore.Sum(sums.Y));
        }

        if (row + 8 < places.M)
        {
            GemmWriting.Put<TOut, O, R, TY>(y, bias, result, second + at, places, batch, row + 8, column, TCore.Sum(sums.Z));
            GemmWriting.Put<TOut, O, R, TY>(y, bias, result, second + next, places, batch, row + 8, column + 1, TCore.Sum(sums.W));
        }
    }
}

/// <summary>What a thread loads at once: four words' numbers.</summary>
internal struct Eight<S>
    where S : unmanaged
{
    public Quad<S> First;
    public Quad<S> Second;
}

/// <summary>Which four words of an operand's tile a thread brings to shared memory.</summary>
internal readonly struct TensorShare<TCore, TOperand, S, R>
    where TCore : struct, ITensorCore<S, R>
    where TOperand : struct, IGemmOperand<S>
    where S : unmanaged
    where R : unmanaged
{
    public readonly int Word;
    public readonly int Side;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TensorShare(int number)
    {
        const int fours = TensorKernels.Words / 4;
        if (TOperand.IsAlongSide)
        {
            (Word, Side) = (number % TensorKernels.Words, number / TensorKernels.Words * 4);
        }
        else if (TOperand.IsSideFirst)
        {
            (Word, Side) = (number / TensorKernels.Side * 4, number % TensorKernels.Side);
        }
        else
        {
            (Word, Side) = (number % fours * 4, number / fours);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Eight<S> Load(ArrayView<S> source, ArrayView<Tap> taps, TOperand operand, Spot spot, int part, int end)
    {
        int k = part + (Word * TCore.PerWord);
        Eight<S> loaded = default;
        loaded.First = operand.Load(source, taps, spot, k, end);
        if (TCore.PerWord == 2)
        {
            loaded.Second = operand.Load(source, taps, spot, k + (TOperand.IsAlongSide ? 1 : 4), end);
        }

        return loaded;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ArrayView<uint> shared, int first, int stride, Eight<S> loaded)
    {
        int at = first + (Side * stride) + Word;
        if (TOperand.IsAlongSide)
        {
            shared[at] = TCore.Word(loaded.First.X, loaded.Second.X);
            shared[at + stride] = TCore.Word(loaded.First.Y, loaded.Second.Y);
            shared[at + (2 * stride)] = TCore.Word(loaded.First.Z, loaded.Second.Z);
            shared[at + (3 * stride)] = TCore.Word(loaded.First.W, loaded.Second.W);
        }
        else if (TCore.PerWord == 2)
        {
            Quads.Of(shared)[at >> 2] = new Quad<uint>(
                TCore.Word(loaded.First.X, loaded.First.Y), TCore.Word(loaded.First.Z, loaded.First.W),
                TCore.Word(loaded.Second.X, loaded.Second.Y), TCore.Word(loaded.Second.Z, loaded.Second.W));
        }
        else
        {
            Quads.Of(shared)[at >> 2] = new Quad<uint>(
                TCore.Word(loaded.First.X, default), TCore.Word(loaded.First.Y, default), TCore.Word(loaded.First.Z, default),
                TCore.Word(loaded.First.W, default));
        }
    }
}

/// <summary>A thread's words of 32 columns of the right operand.</summary>
internal readonly struct TensorColumns
{
    public readonly uint B00;
    public readonly uint B01;
    public readonly uint B10;
    public readonly uint B11;
    public readonly uint B20;
    public readonly uint B21;
    public readonly uint B30;
    public readonly uint B31;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TensorColumns(ArrayView<uint> shared, int at, int step)
    {
        (B00, B01) = (shared[at], shared[at + 4]);
        (B10, B11) = (shared[at + step], shared[at + step + 4]);
        (B20, B21) = (shared[at + (2 * step)], shared[at + (2 * step) + 4]);
        (B30, B31) = (shared[at + (3 * step)], shared[at + (3 * step) + 4]);
    }
}

/// <summary>A thread's sums of 16 rows by 32 columns.</summary>
internal struct TensorRow
{
    public Quad<float> C0;
    public Quad<float> C1;
    public Quad<float> C2;
    public Quad<float> C3;

    /// <summary>The sums from the second eight columns on, then others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TensorRow Next(TensorRow sums, Quad<float> last)
    {
        TensorRow next;
        next.C0 = sums.C1;
        next.C1 = sums.C2;
        next.C2 = sums.C3;
        next.C3 = last;
        return next;
    }

    /// <summary>The sums with a product added, of 16 rows that begin at a place of shared memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TensorRow Add<TCore, S, R>(TensorRow sums, ArrayView<uint> shared, int at, int step, TensorColumns b)
        where TCore : struct, ITensorCore<S, R>
        where S : unmanaged
        where R : unmanaged
    {
        uint a0 = shared[at], a1 = shared[at + step], a2 = shared[at + 4], a3 = shared[at + step + 4];
        sums.C0 = TCore.Multiply(sums.C0, a0, a1, a2, a3, b.B00, b.B01);
        sums.C1 = TCore.Multiply(sums.C1, a0, a1, a2, a3, b.B10, b.B11);
        sums.C2 = TCore.Multiply(sums.C2, a0, a1, a2, a3, b.B20, b.B21);
        sums.C3 = TCore.Multiply(sums.C3, a0, a1, a2, a3, b.B30, b.B31);
        return sums;
    }
}
