using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>Rows, each in parts of one length (the last may be shorter), which depend on the sizes alone.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ScanPlaces(long rows, long length, long parts, long partLength)
{
    public readonly long Rows = rows;
    public readonly long Length = length;
    public readonly long Parts = parts;
    public readonly long PartLength = partLength;
}

/// <summary>
/// Running totals along rows. A group takes a part of a row, four elements per thread, so that what depends on the number of groups is
/// the time alone; long rows are read twice (totals of the parts, then what runs along). Limited by memory where groups are full.
/// </summary>
internal static class ScanKernels
{
    /// <summary>Consecutive elements of a thread.</summary>
    public const int PerThread = 4;

    /// <summary>A thread for each row, for short ones.</summary>
    public static void Rows<TScan, S, TState>(ArrayView<S> x, ArrayView<S> y, ArrayView<long> positions, ScanPlaces places)
        where TScan : struct, IScan<S, TState>
        where S : unmanaged
        where TState : unmanaged
    {
        for (long i = GridStride.First; i < places.Rows; i += GridStride.Step)
        {
            long row = i * places.Length;
            TState state = TScan.Identity;
            for (long at = 0; at < places.Length; at++)
            {
                state = TScan.Combine(state, TScan.Of(x[row + at], at));
                TScan.Write(x, y, positions, row, at, state);
            }
        }
    }

    /// <summary>
    /// A group a part. The state before a part comes from <paramref name="states"/> and what runs along is written; or, for the first of
    /// two readings, the state of the part is written there and nothing else.
    /// </summary>
    public static void Parts<TScan, S, TState, TGroup>(
        ArrayView<S> x, ArrayView<S> y, ArrayView<long> positions, ArrayView<TState> states, ScanPlaces places, int totals)
        where TScan : struct, IScan<S, TState>
        where S : unmanaged
        where TState : unmanaged
        where TGroup : struct, IGroupSize
    {
        ArrayView<TState> shared = ILGPU.SharedMemory.Allocate<TState>(TGroup.Threads * 2);
        int thread = Group.IdxX;
        for (long t = Grid.IdxX; t < places.Rows * places.Parts; t += Grid.DimX)
        {
            long line = t / places.Parts;
            long row = line * places.Length, start = (t - (line * places.Parts)) * places.PartLength;
            long end = IntrinsicMath.Min(start + places.PartLength, places.Length);
            TState before = TScan.Identity;
            if (totals == 0 && places.Parts > 1)
            {
                before = states[t];
            }

            for (long tile = start; tile < end; tile += TGroup.Threads * PerThread)
            {
                long at = tile + (thread * PerThread);
                TState s0 = at < end ? TScan.Of(x[row + at], at) : TScan.Identity;
                TState s1 = at + 1 < end ? TScan.Combine(s0, TScan.Of(x[row + at + 1], at + 1)) : s0;
                TState s2 = at + 2 < end ? TScan.Combine(s1, TScan.Of(x[row + at + 2], at + 2)) : s1;
                TState s3 = at + 3 < end ? TScan.Combine(s2, TScan.Of(x[row + at + 3], at + 3)) : s2;
                int from = Within<TScan, S, TState, TGroup>(shared, s3);
                if (totals == 0)
                {
                    TState mine = thread == 0 ? before : TScan.Combine(before, shared[from + thread - 1]);
                    if (at < end)
                    {
                        TScan.Write(x, y, positions, row, at, TScan.Combine(mine, s0));
                    }

                    if (at + 1 < end)
                    {
                        TScan.Write(x, y, positions, row, at + 1, TScan.Combine(mine, s1));
                    }

                    if (at + 2 < end)
                    {
                        TScan.Write(x, y, positions, row, at + 2, TScan.Combine(mine, s2));
                    }

                    if (at + 3 < end)
                    {
                        TScan.Write(x, y, positions, row, at + 3, TScan.Combine(mine, s3));
                    }
                }

                before = TScan.Combine(before, shared[from + TGroup.Threads - 1]);
                Group.Barrier();
            }

            if (totals != 0 && thread == 0)
            {
                states[t] = before;
            }
        }
    }

    /// <summary>Makes of the parts' states those before each part: a group for each row.</summary>
    public static void Before<TScan, S, TState, TGroup>(ArrayView<TState> states, ScanPlaces places)
        where TScan : struct, IScan<S, TState>
        where S : unmanaged
        where TState : unmanaged
        where TGroup : struct, IGroupSize
    {
        ArrayView<TState> shared = ILGPU.SharedMemory.Allocate<TState>(TGroup.Threads * 2);
        int thread = Group.IdxX;
        for (long row = Grid.IdxX; row < places.Rows; row += Grid.DimX)
        {
            TState before = TScan.Identity;
            for (long tile = 0; tile < places.Parts; tile += TGroup.Threads)
            {
                long at = (row * places.Parts) + tile + thread;
                bool isPart = tile + thread < places.Parts;
                TState own = TScan.Identity;
                if (isPart)
                {
                    own = states[at];
                }

                int from = Within<TScan, S, TState, TGroup>(shared, own);
                if (isPart)
                {
                    states[at] = thread == 0 ? before : TScan.Combine(before, shared[from + thread - 1]);
                }

                before = TScan.Combine(before, shared[from + TGroup.Threads - 1]);
                Group.Barrier();
            }
        }
    }

    /// <summary>
    /// yᵢ = aᵢ yᵢ₋₁ + bᵢ, a thread for each row, in the processor's order: factors multiplied ahead might overflow where the states do
    /// not.
    /// </summary>
    public static void Linear<TElement, S, R>(
        ArrayView<S> a, ArrayView<S> b, ArrayView<S> y, ScanPlaces places, int hasB, int reverse, double initial)
        where TElement : struct, ILoad<S, R>, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Rows; i += GridStride.Step)
        {
            long at = (i * places.Length) + (reverse != 0 ? places.Length - 1 : 0);
            long step = reverse != 0 ? -1 : 1;
            R state = initial;
            for (long k = 0; k < places.Length; k++)
            {
                R added = 0.0;
                if (hasB != 0)
                {
                    added = TElement.Load(b[at]);
                }

                state = (state * TElement.Load(a[at])) + added;
                y[at] = TElement.Store(state);
                at += step;
            }
        }
    }

    /// <summary>
    /// What runs along the threads of a group: each thread's is at the result plus its number, once all have passed the last barrier here.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Within<TScan, S, TState, TGroup>(ArrayView<TState> shared, TState own)
        where TScan : struct, IScan<S, TState>
        where S : unmanaged
        where TState : unmanaged
        where TGroup : struct, IGroupSize
    {
        int thread = Group.IdxX, from = 0;
        shared[thread] = own;
        Group.Barrier();
        for (int distance = 1; distance < TGroup.Threads; distance *= 2)
        {
            TState sum = shared[from + thread];
            if (thread >= distance)
            {
                sum = TScan.Combine(shared[from + thread - distance], sum);
            }

            from = TGroup.Threads - from;
            shared[from + thread] = sum;
            Group.Barrier();
        }

        return from;
    }
}
