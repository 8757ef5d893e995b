using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>How many threads a group of a kernel has whose threads work together.</summary>
internal interface IGroup
{
    static abstract int Threads { get; }

    /// <summary>How many values a thread combines at each level of a tree: the root of the number of threads.</summary>
    static abstract int Fan { get; }
}

/// <summary>Groups of a GPU.</summary>
internal readonly struct Team256 : IGroup
{
    public static int Threads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 256;
    }

    public static int Fan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }
}

/// <summary>Groups of an accelerator of few threads.</summary>
internal readonly struct Team16 : IGroup
{
    public static int Threads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    public static int Fan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }
}

/// <summary>An element type that is computed in, with the way to doubles, in which means are kept.</summary>
internal interface IComputed<S, R> : IElement<S, R>
    where S : unmanaged
    where R : struct, IReal<R>
{
    static abstract double Widen(R value);

    static abstract R Narrow(double value);
}

internal readonly struct ComputedFloat : IComputed<float, GpuFloat>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Load(float stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Store(GpuFloat value) => value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuFloat> mask) => Float32Element.Truth(mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Widen(GpuFloat value) => GpuMath.Widen(value.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Narrow(double value) => new(GpuMath.Narrow(value));
}

internal readonly struct ComputedDouble : IComputed<double, GpuDouble>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Load(double stored) => new(stored);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Store(GpuDouble value) => value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Truth(Mask<GpuDouble> mask) => Float64Element.Truth(mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Widen(GpuDouble value) => value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Narrow(double value) => new(value);
}

/// <summary>What a team makes of two values.</summary>
internal interface ICombine
{
    static abstract R Of<R>(R a, R b)
        where R : struct, IReal<R>;
}

internal readonly struct SumOfBoth : ICombine
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Of<R>(R a, R b)
        where R : struct, IReal<R> => a + b;
}

/// <summary>What a reduction makes of two partial results.</summary>
internal readonly struct CombineOf<TOp> : ICombine
    where TOp : struct, IReduceOp<TOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Of<R>(R a, R b)
        where R : struct, IReal<R> => TOp.Combine(a, b);
}

/// <summary>
/// The threads of a group as teams of equal size, a power of two, each at a row of its own: short rows share a group. A team's values meet
/// in shared memory, in an order that depends on the size of the team alone.
/// </summary>
internal static class Team
{
    /// <summary>This thread's number in its team.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Within(int team) => Group.IdxX & (team - 1);

    /// <summary>The first row of this team, and the distance to its next one: the number of teams in the grid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Teams<TGroup>(int team)
        where TGroup : struct, IGroup => TGroup.Threads / team;

    /// <summary>
    /// The values of a team's threads combined, in all of them. <paramref name="shared"/> has a place for each thread of the group. Every
    /// thread of the group calls it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Combine<TGroup, TCombine, TElement, S, R>(ArrayView<S> shared, R value, int team)
        where TGroup : struct, IGroup
        where TCombine : struct, ICombine
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        int within = Within(team), first = Group.IdxX - within, left = team;
        shared[Group.IdxX] = TElement.Store(value);
        Group.Barrier();
        if (team > TGroup.Fan)
        {
            // Each of these threads alone reads what it writes; the others' values are further on.
            left = team / TGroup.Fan;
            if (within < left)
            {
                R part = value;
                for (int i = within + left; i < team; i += left)
                {
                    part = TCombine.Of(part, TElement.Load(shared[first + i]));
                }

                shared[first + within] = TElement.Store(part);
            }

            Group.Barrier();
        }

        R total = TElement.Load(shared[first]);
        for (int i = 1; i < left; i++)
        {
            total = TCombine.Of(total, TElement.Load(shared[first + i]));
        }

        Group.Barrier();
        return total;
    }

    /// <inheritdoc cref="Combine"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Sum<TGroup, TElement, S, R>(ArrayView<S> shared, R value, int team)
        where TGroup : struct, IGroup
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R> => Combine<TGroup, SumOfBoth, TElement, S, R>(shared, value, team);
}
