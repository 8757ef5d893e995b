using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Work on many tensors in one launch. A table has a row for each chunk: how many elements, and where its operands begin, as distances
/// from the lowest block of memory. A group takes a chunk. Limited by memory.
/// </summary>
internal static class UpdateKernels
{
    /// <summary>The numbers of a chunk in the table: its count, and five places.</summary>
    public const int Columns = 6;

    /// <summary>One step of an optimizer over all chunks, in place.</summary>
    public static void All<TUpdate, TElement, S, TState, TStateElement, R>(
        ArrayView<long> table, ArrayView<S> memory, ArrayView<TState> states, TUpdate update)
        where TUpdate : struct, IUpdate<TUpdate>
        where TElement : struct, IElement<S, R>
        where TStateElement : struct, IElement<TState, R>
        where S : unmanaged
        where TState : unmanaged
        where R : struct, IReal<R>
    {
        for (long chunk = Grid.IdxX; chunk < table.Length / Columns; chunk += Grid.DimX)
        {
            long count = table[chunk * Columns], p = table[(chunk * Columns) + 1], g = table[(chunk * Columns) + 2];
            long s0 = table[(chunk * Columns) + 3], s1 = table[(chunk * Columns) + 4], s2 = table[(chunk * Columns) + 5];
            for (long i = Group.IdxX; i < count; i += Group.DimX)
            {
                R value = TElement.Load(memory[p + i]);
                R a = TUpdate.States > 0 ? TStateElement.Load(states[s0 + i]) : default;
                R b = TUpdate.States > 1 ? TStateElement.Load(states[s1 + i]) : default;
                R c = TUpdate.States > 2 ? TStateElement.Load(states[s2 + i]) : default;
                update.Step(ref value, TElement.Load(memory[g + i]), ref a, ref b, ref c);
                memory[p + i] = TElement.Store(value);
                if (TUpdate.States > 0)
                {
                    states[s0 + i] = TStateElement.Store(a);
                }

                if (TUpdate.States > 1)
                {
                    states[s1 + i] = TStateElement.Store(b);
                }

                if (TUpdate.States > 2)
                {
                    states[s2 + i] = TStateElement.Store(c);
                }
            }
        }
    }

    /// <summary>The sum of squares of each chunk, as doubles: threads add every so many-th element, then a tree adds the threads.</summary>
    public static void Squares<TLoad, S, TGroup>(ArrayView<long> table, ArrayView<S> memory, ArrayView<double> sums)
        where TLoad : struct, ILoad<S, GpuDouble>
        where S : unmanaged
        where TGroup : struct, IGroupSize
    {
        ArrayView<double> shared = ILGPU.SharedMemory.Allocate<double>(TGroup.Threads);
        for (long chunk = Grid.IdxX; chunk < table.Length / Columns; chunk += Grid.DimX)
        {
            long count = table[chunk * Columns], start = table[(chunk * Columns) + 1];
            GpuDouble sum = 0.0;
            for (long i = Group.IdxX; i < count; i += TGroup.Threads)
            {
                GpuDouble x = TLoad.Load(memory[start + i]);
                sum = GpuDouble.MultiplyAdd(x, x, sum);
            }

            double total = Total<TGroup>(shared, sum.Value);
            if (Group.IdxX == 0)
            {
                sums[chunk] = total;
            }
        }
    }

    /// <summary>The sum of all: one group.</summary>
    public static void Sum<TGroup>(ArrayView<double> x, ArrayView<double> y)
        where TGroup : struct, IGroupSize
    {
        ArrayView<double> shared = ILGPU.SharedMemory.Allocate<double>(TGroup.Threads);
        GpuDouble sum = 0.0;
        for (long i = Group.IdxX; i < x.Length; i += TGroup.Threads)
        {
            sum += new GpuDouble(x[i]);
        }

        double total = Total<TGroup>(shared, sum.Value);
        if (Group.IdxX == 0)
        {
            y[0] = total;
        }
    }

    /// <summary>All elements times a number of the device; one below 10⁻³⁰ in two steps of its root, which a float holds.</summary>
    public static void Scale<TElement, S, R, TNumber>(ArrayView<long> table, ArrayView<S> memory, ArrayView<double> factor)
        where TElement : struct, IElement<S, R>
        where TNumber : struct, INumberOf<R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        GpuDouble given = new(factor[0]);
        Mask<GpuDouble> isTiny = GpuDouble.Less(0.0, given) & GpuDouble.Less(given, 1e-30);
        int twice = GpuDouble.Any(isTiny) ? 1 : 0;
        R number = TNumber.Of(GpuDouble.Select(isTiny, GpuDouble.Sqrt(given), given));
        for (long chunk = Grid.IdxX; chunk < table.Length / Columns; chunk += Grid.DimX)
        {
            long count = table[chunk * Columns], start = table[(chunk * Columns) + 1];
            for (long i = Group.IdxX; i < count; i += Group.DimX)
            {
                R value = TElement.Load(memory[start + i]) * number;
                if (twice != 0)
                {
                    value = TElement.Load(TElement.Store(value)) * number;
                }

                memory[start + i] = TElement.Store(value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Total<TGroup>(ArrayView<double> shared, double own)
        where TGroup : struct, IGroupSize
    {
        int thread = Group.IdxX;
        shared[thread] = own;
        Group.Barrier();
        for (int half = TGroup.Threads / 2; half > 0; half /= 2)
        {
            if (thread < half)
            {
                shared[thread] = GpuMath.Add(shared[thread], shared[thread + half]);
            }

            Group.Barrier();
        }

        double total = shared[0];
        Group.Barrier();
        return total;
    }
}

/// <summary>A double as a number that is computed with.</summary>
internal interface INumberOf<R>
    where R : struct
{
    static abstract R Of(GpuDouble value);
}

internal readonly struct SingleNumber : INumberOf<GpuFloat>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Of(GpuDouble value) => new(GpuMath.Narrow(value.Value));
}

internal readonly struct DoubleNumber : INumberOf<GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Of(GpuDouble value) => value;
}
