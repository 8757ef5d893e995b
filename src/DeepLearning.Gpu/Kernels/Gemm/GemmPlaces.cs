using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The sizes of a batch of products [m, k] · [k, n], how k is split, and what is added to the sums: a number for each column, for each row
/// (which goes on counting from one matrix of the batch to the next), or none.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct GemmPlaces(
    int m, int n, int k, long batches, Axes batchAxes, int splits, int splitLength, int biasRow, int biasColumn)
{
    public readonly long Batches = batches;
    public readonly Axes BatchAxes = batchAxes;
    public readonly int M = m;
    public readonly int N = n;
    public readonly int K = k;

    /// <summary>Parts of k that groups of their own sum.</summary>
    public readonly int Splits = splits;

    /// <summary>The length of such a part, a multiple of every tile's depth.</summary>
    public readonly int SplitLength = splitLength;

    /// <summary>1 where a number for each row is added.</summary>
    public readonly int BiasRow = biasRow;

    /// <summary>1 where a number for each column is added.</summary>
    public readonly int BiasColumn = biasColumn;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long BiasAt(long batch, int row, int column) => (((batch * M) + row) * BiasRow) + ((long)column * BiasColumn);
}

/// <summary>Which tile of which matrix of the batch and which part of k a group sums.</summary>
internal readonly struct GemmTask(long batch, int split, int row, int column)
{
    /// <summary>Rows of tiles that are worked on together, so that what they read is still in the cache.</summary>
    private const int Band = 8;

    public readonly long Batch = batch;
    public readonly int Split = split;
    public readonly int Row = row;
    public readonly int Column = column;

    /// <summary>How many there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Count(GemmPlaces places, int rows, int columns) =>
        places.Batches * places.Splits * ((places.M + rows - 1) / rows) * ((places.N + columns - 1) / columns);

    /// <summary>The task of a number, with tiles of so many rows and columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GemmTask At(long number, GemmPlaces places, int rows, int columns)
    {
        long rowTiles = (places.M + rows - 1) / rows, columnTiles = (places.N + columns - 1) / columns;
        long part = number / (rowTiles * columnTiles), within = number - (part * rowTiles * columnTiles);
        long batch = part / places.Splits;
        long band = within / (Band * columnTiles), inBand = within - (band * Band * columnTiles);
        long height = rowTiles - (band * Band) < Band ? rowTiles - (band * Band) : Band;
        long column = inBand / height;
        return new GemmTask(
            batch, (int)(part - (batch * places.Splits)), (int)((band * Band) + inBand - (column * height)) * rows, (int)column * columns);
    }
}
