using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>What is done to the elements of a product when their sums are complete, while the tile is in the first-level cache.</summary>
internal interface IGemmEpilogue<T>
    where T : unmanaged
{
    /// <summary>Whether there is nothing to do, so that tiles go straight to C.</summary>
    bool IsIdentity { get; }

    /// <summary>
    /// Maps the sums at (row, column), (row, column + 1), … of C to what is stored. Only the first <paramref name="count"/>
    /// elements of the vector exist (all of them, but at C's right edge): nothing behind them may be read from memory.
    /// </summary>
    V Apply<V, TSimd>(V sums, int row, int column, int count)
        where V : struct
        where TSimd : struct, ISimd<T, V>;
}

/// <summary>The product as it is.</summary>
internal readonly struct NoEpilogue<T> : IGemmEpilogue<T>
    where T : unmanaged
{
    public bool IsIdentity => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, TSimd>(V sums, int row, int column, int count)
        where V : struct
        where TSimd : struct, ISimd<T, V> => sums;
}

/// <summary>Adds a bias for each column, for each row, or both; either may be null.</summary>
internal readonly unsafe struct BiasEpilogue<T>(T* perColumn, T* perRow) : IGemmEpilogue<T>
    where T : unmanaged
{
    public bool IsIdentity => perColumn == null && perRow == null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, TSimd>(V sums, int row, int column, int count)
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        if (perColumn != null)
        {
            var bias = perColumn + column;
            sums = TSimd.Add(sums, count == TSimd.Count ? TSimd.Load(bias) : TSimd.LoadPartial(bias, count));
        }

        return perRow != null ? TSimd.Add(sums, TSimd.Broadcast(perRow[row])) : sums;
    }
}

/// <summary>Moves finished or partial sums to C.</summary>
internal static unsafe class GemmMerge<T, V, TSimd, TEpilogue>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
    where TEpilogue : struct, IGemmEpilogue<T>
{
    /// <summary>
    /// C = sums, or C += sums, over a tile whose first element is (row, column) of the whole product; then the epilogue, if
    /// the sums are complete. <paramref name="sums"/> may be C itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(
        T* sums, nint sumsStride, T* c, nint cStride, int row, int rows, int column, int columns, bool accumulate, bool complete, in
            TEpilogue epilogue)
    {
        for (var i = 0; i < rows; i++)
        {
            var j = 0;
            for (; j + TSimd.Count <= columns; j += TSimd.Count)
            {
                var v = TSimd.Load(sums + j);
                if (accumulate)
                {
                    v = TSimd.Add(TSimd.Load(c + j), v);
                }

                TSimd.Store(c + j, complete ? epilogue.Apply<V, TSimd>(v, row + i, column + j, TSimd.Count) : v);
            }

            if (j < columns)
            {
                var count = columns - j;
                var v = TSimd.LoadPartial(sums + j, count);
                if (accumulate)
                {
                    v = TSimd.Add(TSimd.LoadPartial(c + j, count), v);
                }

                TSimd.StorePartial(c + j, complete ? epilogue.Apply<V, TSimd>(v, row + i, column + j, count) : v, count);
            }

            sums += sumsStride;
            c += cStride;
        }
    }
}
