using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Gpu;

/// <summary>Where the results of a matrix product go.</summary>
internal interface IGemmResult
{
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
}
