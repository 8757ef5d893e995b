using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Packs a matrix into the panels that the blocks of units read, several panels per block: a panel is as wide as its block and has a row
/// for each of the <c>k</c> terms of a sum.
/// </summary>
internal unsafe struct RecurrentPacking<T, V, TSimd> : IJob
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Elements that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 15;

    private StridedPacker<T> _source;
    private UnitBlocks _blocks;
    private T* _packed;
    private int _units;
    private int _panels;
    private int _k;
    private int _chunks;

    /// <summary>How many elements the panels take.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Size(UnitBlocks blocks, int panels, int k) => (long)blocks.Vectors * TSimd.Count * panels * k;

    /// <summary>
    /// Packs lines that run along k: line <c>panel · units + unit</c> of the source goes to that unit's column of a panel.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(UnitBlocks blocks, int units, int panels, int k, T* data, long lineStride, long kStride, T* packed)
    {
        RecurrentPacking<T, V, TSimd> job = new()
        {
            _source = new StridedPacker<T>(data, lineStride, kStride),
            _blocks = blocks,
            _packed = packed,
            _units = units,
            _panels = panels,
            _k = k,
            _chunks = Math.Min(blocks.Count, Workers.Chunks((long)units * panels * k, ChunkWork)),
        };
        Workers.Run(job._chunks, in job);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        int end = (int)((long)_blocks.Count * (chunk + 1) / _chunks);
        for (int block = (int)((long)_blocks.Count * chunk / _chunks); block < end; block++)
        {
            int unit = _blocks.Start(block) * TSimd.Count, width = (_blocks.Start(block + 1) * TSimd.Count) - unit;
            for (int panel = 0; panel < _panels; panel++)
            {
                T* to = _packed + ((((nint)unit * _panels) + ((nint)panel * width)) * _k);
                _source.Pack<V, TSimd>(to, width, (panel * _units) + unit, Math.Min(width, _units - unit), 0, _k);
            }
        }
    }
}
