using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>A block of tiles: the same rows and columns of tiles of some images.</summary>
internal readonly record struct WinogradBlock(int FirstImage, int Images, int FirstRow, int Rows, int FirstColumn, int Columns)
{
    public int Count => Images * Rows * Columns;
}

/// <summary>The blocks of all tiles: whole images, rows of tiles of one, or a part of a row; about even.</summary>
internal readonly struct WinogradBlocks
{
    private readonly TiledShape _sizes;
    private readonly int _images;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _down;
    private readonly int _across;

    /// <param name="sizes">The sizes.</param>
    /// <param name="most">The most tiles of a block.</param>
    public WinogradBlocks(in TiledShape sizes, int most)
    {
        _sizes = sizes;
        (_across, _columns) = Even(sizes.TilesAcross, Math.Min(sizes.TilesAcross, most));
        (_down, _rows) = Even(sizes.TilesDown, Math.Clamp(most / sizes.TilesAcross, 1, sizes.TilesDown));
        (var blocks, _images) = Even(
            sizes.Batch, (int)Math.Clamp(most / ((long)sizes.TilesDown * sizes.TilesAcross), 1, sizes.Batch));
        Count = blocks * _down * _across;
    }

    public int Count { get; }

    public WinogradBlock this[int index]
    {
        get
        {
            (index, var across) = Math.DivRem(index, _across);
            var (images, down) = Math.DivRem(index, _down);
            return new WinogradBlock(
                images * _images, Math.Min(_images, _sizes.Batch - (images * _images)), down * _rows,
                Math.Min(_rows, _sizes.TilesDown - (down * _rows)), across * _columns,
                Math.Min(_columns, _sizes.TilesAcross - (across * _columns)));
        }
    }

    /// <summary>How many blocks there are of at most so many, and how long they are so that none is empty.</summary>
    private static (int Blocks, int Size) Even(int count, int most)
    {
        var blocks = (count + most - 1) / most;
        var size = (count + blocks - 1) / blocks;
        return ((count + size - 1) / size, size);
    }
}

/// <summary>Transforms the inputs of a block of tiles.</summary>
internal static unsafe class WinogradInputs<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Elements from one row of inputs or outputs to the next, channels side by side, the phases of a row in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint RowStride(in TiledShape sizes, in WinogradBlock tiles) =>
        (((nint)tiles.Columns * sizes.TileOutputs) + sizes.Taps - 1) * sizes.SourceStride * sizes.TargetStride * Winograd.Lanes;

    /// <summary>
    /// The rows of every row of tiles, channels side by side, then Bᵀ along both axes: for each of the places a matrix [tiles, channels of
    /// all phases], of rows of <paramref name="channelWidth"/>. There is room for twice as many <paramref name="rows"/> as a tile has.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Transform(
        in TiledShape sizes, in WinogradBlock tiles, T* input, T* inputs, nint placeStride, int channelWidth, T* rows, nint rowStride)
    {
        const int lanes = Winograd.Lanes;
        for (var image = 0; image < tiles.Images; image++)
        {
            for (var y = 0; y < sizes.SourceStride; y++)
            {
                for (var channel = 0; channel < sizes.Channels; channel += lanes)
                {
                    var count = Math.Min(lanes, sizes.Channels - channel);
                    var source = input + ((((long)(tiles.FirstImage + image) * sizes.Channels) + channel) * sizes.SourceSize);
                    var to = inputs + ((nint)image * tiles.Rows * tiles.Columns * channelWidth)
                        + TiledShape.Phase(sizes.Channels, sizes.SourceStride, channel, y, 0);
                    Transform(sizes, tiles, source, count, y, to, placeStride, channelWidth, rows, rowStride);
                }
            }
        }
    }

    /// <summary>Some channels of an image, in all phases that begin at row <paramref name="phase"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Transform(
        in TiledShape sizes, in WinogradBlock tiles, T* source, int channels, int phase, T* to, nint placeStride, int channelWidth,
        T* rows, nint rowStride)
    {
        const int lanes = Winograd.Lanes;
        var (points, stride, outputs) = (sizes.Points, sizes.SourceStride, sizes.TileOutputs);
        var shared = points - outputs;
        var left = (tiles.FirstColumn * outputs * stride) - sizes.PaddingWidth;
        var transformed = rows + (points * rowStride);
        for (var row = 0; row < tiles.Rows; row++, to += tiles.Columns * channelWidth)
        {
            // The last rows of a row of tiles are the first of the next.
            var first = 0;
            for (; row > 0 && first < shared; first++)
            {
                new Span<T>(rows + ((outputs + first) * rowStride), (int)rowStride)
                    .CopyTo(new Span<T>(rows + (first * rowStride), (int)rowStride));
            }

            var top = (tiles.FirstRow + row) * outputs;
            for (; first < points; first++)
            {
                var y = ((top + first) * stride) + phase - sizes.PaddingHeight;
                Take(sizes, source, channels, y, left, (int)(rowStride / lanes), rows + (first * rowStride));
            }

            WinogradTransform<T, V, TSimd>.InputColumns(rows, transformed, rowStride, points);
            for (var x = 0; x < stride; x++)
            {
                WinogradTransform<T, V, TSimd>.InputRows(
                    transformed + (x * lanes), rowStride, stride * lanes, points, tiles.Columns, outputs, to + (x * lanes), placeStride,
                    channelWidth);
            }
        }
    }

    /// <summary>A row of inputs from a column on, or zeros where there are none, channels side by side.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Take(in TiledShape sizes, T* source, int channels, int y, int left, int columns, T* to)
    {
        const int lanes = Winograd.Lanes;
        var (start, end) = (Math.Clamp(-left, 0, columns), Math.Clamp(sizes.Width - left, 0, columns));
        if (y < 0 || y >= sizes.Height || start >= end)
        {
            new Span<T>(to, columns * lanes).Clear();
            return;
        }

        if (channels < lanes)
        {
            new Span<T>(to, columns * lanes).Clear();
        }
        else
        {
            new Span<T>(to, start * lanes).Clear();
            new Span<T>(to + (end * lanes), (columns - end) * lanes).Clear();
        }

        TransposeBlock.Run(
            source + ((long)y * sizes.Width) + left + start, sizes.SourceSize, channels, end - start, to + (start * lanes), lanes);
    }
}
