using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// How a group shares a tile of results: threads along its rows and columns, one or two blocks of four by four results of each thread along
/// either, and how much of k is in shared memory at once.
/// </summary>
internal interface IGemmTile
{
    static abstract int RowThreads { get; }

    static abstract int ColumnThreads { get; }

    static abstract int RowBlocks { get; }

    static abstract int ColumnBlocks { get; }

    static abstract int Depth { get; }
}

/// <summary>128 by 128 results of 256 threads, eight by eight each: for large products.</summary>
internal readonly struct Tile128x128 : IGemmTile
{
    public static int RowThreads => 16;

    public static int ColumnThreads => 16;

    public static int RowBlocks => 2;

    public static int ColumnBlocks => 2;

    public static int Depth => 8;
}

/// <summary>64 by 64 results of 256 threads: where larger tiles would be too few to keep a GPU busy.</summary>
internal readonly struct Tile64x64 : IGemmTile
{
    public static int RowThreads => 16;

    public static int ColumnThreads => 16;

    public static int RowBlocks => 1;

    public static int ColumnBlocks => 1;

    public static int Depth => 16;
}

/// <summary>16 by 256 results of 256 threads: for products of few rows.</summary>
internal readonly struct Tile16x256 : IGemmTile
{
    public static int RowThreads => 4;

    public static int ColumnThreads => 64;

    public static int RowBlocks => 1;

    public static int ColumnBlocks => 1;

    public static int Depth => 8;
}

/// <summary>256 by 16 results of 256 threads: for products of few columns.</summary>
internal readonly struct Tile256x16 : IGemmTile
{
    public static int RowThreads => 64;

    public static int ColumnThreads => 4;

    public static int RowBlocks => 1;

    public static int ColumnBlocks => 1;

    public static int Depth => 8;
}

/// <summary>16 by 16 results of 16 threads, for an accelerator of few threads.</summary>
internal readonly struct Tile16x16 : IGemmTile
{
    public static int RowThreads => 4;

    public static int ColumnThreads => 4;

    public static int RowBlocks => 1;

    public static int ColumnBlocks => 1;

    public static int Depth => 8;
}

/// <summary>32 by 32 results of 16 threads: what <see cref="Tile128x128"/> does, on an accelerator of few threads.</summary>
internal readonly struct Tile32x32 : IGemmTile
{
    public static int RowThreads => 4;

    public static int ColumnThreads => 4;

    public static int RowBlocks => 2;

    public static int ColumnBlocks => 2;

    public static int Depth => 4;
}

/// <summary>Numbers that follow from a tile's; constants once compiled.</summary>
internal static class GemmTile<TTile>
    where TTile : struct, IGemmTile
{
    public static int Threads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TTile.RowThreads * TTile.ColumnThreads;
    }

    public static int Rows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4 * TTile.RowThreads * TTile.RowBlocks;
    }

    public static int Columns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4 * TTile.ColumnThreads * TTile.ColumnBlocks;
    }
}
