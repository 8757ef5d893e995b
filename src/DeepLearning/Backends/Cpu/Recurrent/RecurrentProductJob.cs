using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The product of a step's rows with a matrix that all steps share: the projection of an LSTM, and on the way back what its gates hand to
/// the step before. A task is a block of units for some rows.
/// </summary>
internal unsafe struct RecurrentProductJob<T, V, TSimd> : IJob
    where T : unmanaged, INumber<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Products with an addition that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 16;

    private readonly UnitBlocks _blocks;
    private readonly int _units;
    private readonly int _k;
    private T* _packed;
    private T* _lines;
    private T* _source;
    private nint _sourceStride;
    private T* _target;
    private int _given;
    private T* _addend;
    private nint _addendStride;
    private T* _sum;
    private int _rows;
    private int _groups;
    private int _chunks;

    /// <summary>A product of so many units, each a sum of so many terms.</summary>
    public RecurrentProductJob(int units, int k)
    {
        _blocks = new UnitBlocks(units, TSimd.Count);
        _units = units;
        _k = k;
    }

    /// <summary>How many elements the packed matrix takes.</summary>
    public readonly long Size => RecurrentPacking<T, V, TSimd>.Size(_blocks, 1, _k);

    /// <summary>Packs the matrix, a line for each unit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Pack(T* data, long lineStride, long kStride, T* packed)
    {
        RecurrentPacking<T, V, TSimd>.Run(_blocks, _units, 1, _k, data, lineStride, kStride, packed);
        _packed = packed;
    }

    /// <summary>Reads the lines of the matrix, one after the other, where they are; for products of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ReadInPlace(T* lines) => _lines = lines;

    /// <summary>target = source · matrix, for some rows; the rows of the target lie one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(int rows, T* source, nint sourceStride, T* target) => RunAndAdd(rows, source, sourceStride, target, 0, null, 0, null);

    /// <summary>
    /// target = source · matrix for the rows that are given, and then sum = target + addend for the first ones, whose targets need not be
    /// given.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void RunAndAdd(int given, T* source, nint sourceStride, T* target, int rows, T* addend, nint addendStride, T* sum)
    {
        _given = given;
        _source = source;
        _sourceStride = sourceStride;
        _target = target;
        _rows = rows;
        _addend = addend;
        _addendStride = addendStride;
        _sum = sum;
        _groups = PanelProduct<T, V, TSimd>.Groups(Math.Max(given, rows));
        _chunks = Math.Min(_blocks.Count * _groups, Workers.Chunks((long)given * _units * _k, ChunkWork));
        Workers.Run(_chunks, in this);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        T* sums = stackalloc T[PanelProduct<T, V, TSimd>.MaximumRows * GemmPanels.MaximumVectors * TSimd.Count];
        long tasks = (long)_blocks.Count * _groups;
        int end = (int)(tasks * (chunk + 1) / _chunks);
        for (int task = (int)(tasks * chunk / _chunks); task < end; task++)
        {
            Task(task / _groups, task % _groups * PanelProduct<T, V, TSimd>.MaximumRows, sums);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Task(int block, int row, T* sums)
    {
        int start = _blocks.Start(block), vectors = _blocks.Start(block + 1) - start;
        int unit = start * TSimd.Count, width = vectors * TSimd.Count, units = Math.Min(width, _units - unit);
        int given = Math.Clamp(_given - row, 0, PanelProduct<T, V, TSimd>.MaximumRows);
        int rows = Math.Clamp(_rows - row, 0, PanelProduct<T, V, TSimd>.MaximumRows);
        T* target = _target + ((nint)row * _units) + unit;
        if (given > 0)
        {
            T* source = _source + (row * _sourceStride);
            if (_packed == null)
            {
                LineDots<T, V, TSimd>.Run(_lines + ((nint)unit * _k), _k, units, _k, source, sums);
            }
            else
            {
                PanelProduct<T, V, TSimd>.Run(given, _k, source, _sourceStride, _packed + ((nint)unit * _k), vectors, sums, width);
            }

            for (int i = 0; i < given; i++)
            {
                new ReadOnlySpan<T>(sums + ((nint)i * width), units).CopyTo(new Span<T>(target + ((nint)i * _units), units));
            }
        }

        T* addend = _addend + (row * _addendStride) + unit, sum = _sum + ((nint)row * _units) + unit;
        for (int i = 0; i < rows; i++)
        {
            Add(target + ((nint)i * _units), addend + (i * _addendStride), sum + ((nint)i * _units), units);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(T* left, T* right, T* sum, int count)
    {
        int j = 0;
        for (; j <= count - TSimd.Count; j += TSimd.Count)
        {
            TSimd.Store(sum + j, TSimd.Add(TSimd.Load(left + j), TSimd.Load(right + j)));
        }

        for (; j < count; j++)
        {
            sum[j] = left[j] + right[j];
        }
    }
}
