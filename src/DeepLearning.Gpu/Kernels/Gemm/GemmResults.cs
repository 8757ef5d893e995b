using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>Where the results of a matrix product go, and what becomes of them before.</summary>
internal interface IGemmResult
{
    /// <summary>Whether formulas follow the sum and the bias.</summary>
    static abstract bool HasChain { get; }

    /// <summary>Where the bias begins in the memory that it is read from.</summary>
    long BiasStart { get; }

    /// <summary>What the formulas make of a sum with its bias, as it would have been stored at its place.</summary>
    R Chained<TElement, S, R>(ArrayView<S> memory, R sum, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>;

    /// <summary>Where a matrix of the batch, or a part of one, begins.</summary>
    long Start(GemmPlaces places, long batch, int split);

    /// <summary>How far a column lies from that.</summary>
    long ColumnAt(int column);

    /// <summary>How far rows lie apart.</summary>
    long RowStep { get; }

    /// <summary>1 where four columns from a multiple of four on are neighbors that can be written at once.</summary>
    int IsAligned { get; }
}

/// <summary>One matrix after the other, without gaps.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct DenseResult(long start, int columns, int isAligned) : IGemmResult
{
    public readonly long First = start;
    public readonly int Columns = columns;
    public readonly int Aligned = isAligned;

    public static bool HasChain
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public long BiasStart
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0;
    }

    public long RowStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Columns;
    }

    public int IsAligned
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Aligned;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Start(GemmPlaces places, long batch, int split) => First + (((split * places.Batches) + batch) * places.M * Columns);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ColumnAt(int column) => column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Chained<TElement, S, R>(ArrayView<S> memory, R sum, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R> => sum;
}

/// <summary>Results that formulas follow; what they and the bias read is in one memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ChainedResult<TResult, TChain>(TResult result, TChain chain, long biasStart) : IGemmResult
    where TResult : struct, IGemmResult
    where TChain : struct, IChain
{
    public readonly TResult Result = result;
    public readonly TChain Chain = chain;
    public readonly long Bias = biasStart;

    public static bool HasChain
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public long BiasStart
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Bias;
    }

    public long RowStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Result.RowStep;
    }

    public int IsAligned
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Result.IsAligned;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Start(GemmPlaces places, long batch, int split) => Result.Start(places, batch, split);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ColumnAt(int column) => Result.ColumnAt(column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Chained<TElement, S, R>(ArrayView<S> memory, R sum, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R> => Chain.Of<TElement, S, R>(memory, sum, at);
}
