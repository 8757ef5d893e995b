using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Reductions whose innermost axis in memory is kept: neighboring results at a time. At most <see cref="GroupRows"/> rows are added one
/// after the other; longer reductions go through partial results, reduced in the same way by <typeparamref name="TPartial"/>. (It is a
/// parameter so that a compiler ahead of time meets two types, not a partial operation of a partial operation without end.)
/// </summary>
internal unsafe struct ColumnReduction<TOp, TPartial, T> : IJob
    where TOp : struct, IReduceOp<TOp>
    where TPartial : struct, IReduceOp<TPartial>
    where T : unmanaged, INumber<T>
{
    private const int GroupRows = 64;

    /// <summary>The most columns a unit of work covers.</summary>
    private const int BlockColumns = 4096;

    /// <summary>Elements per chunk: enough to pay for handing it to a thread.</summary>
    private const long ChunkSize = 16384;

    /// <summary>Columns converted at a time.</summary>
    private const int BufferColumns = 64;

    public ReductionPlan Plan;
    public TOp Op;
    public byte* X;
    public DType DType;
    public bool IsDirect;
    public T* Results;
    private long _rows;
    private long _groups;
    private long _blocks;
    private long _blockColumns;
    private long _units;
    private int _chunks;

    public void Run()
    {
        long columns = Plan.InnerLength, outputs = Plan.Kept.Total;
        _rows = Plan.Reduced.Total;
        _groups = (_rows + GroupRows - 1) / GroupRows;
        long work = outputs * _rows * columns;

        // A wide block is split when there are too few others to share out.
        _blockColumns = Math.Min(BlockColumns, Math.Max(128, ChunkSize / Math.Min(_rows, GroupRows)));
        _blocks = (columns + _blockColumns - 1) / _blockColumns;
        _units = outputs * _groups * _blocks;
        _chunks = (int)Math.Min(Workers.Chunks(work, ChunkSize), _units);
        if (_groups == 1)
        {
            Workers.Run(_chunks, in this);
            return;
        }

        T* results = Results;
        using Scratch<T> partials = new(outputs * _groups * columns);
        Results = partials.Pointer;
        Workers.Run(_chunks, in this);
        long* work2 = stackalloc long[6];
        ColumnReduction<TPartial, TPartial, T> second = new()
        {
            Plan = new ReductionPlan
            {
                Kept = new AxisList(work2, 1),
                Reduced = new AxisList(work2 + 3, 1),
                InnerLength = columns,
                InnerStride = 1,
                InnerResultStride = 1,
            },
            X = (byte*)Results,
            IsDirect = true,
            Results = results,
        };
        second.Plan.Kept.Add(outputs, _groups * columns, columns);
        second.Plan.Reduced.Add(_groups, columns, 0);
        second.Run();
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        long* rows = stackalloc long[GroupRows];
        long end = _units * (chunk + 1) / _chunks;
        for (long unit = _units * chunk / _chunks; unit < end; unit++)
        {
            (long rest, long block) = Math.DivRem(unit, _blocks);
            (long output, long group) = Math.DivRem(rest, _groups);
            long origin = Plan.Kept.OffsetOf(output), first = group * GroupRows;
            int count = (int)Math.Min(GroupRows, _rows - first);
            if (Plan.Reduced.Count == 1)
            {
                for (int row = 0; row < count; row++)
                {
                    rows[row] = origin + ((first + row) * Plan.Reduced.Strides[0]);
                }
            }
            else
            {
                for (int row = 0; row < count; row++)
                {
                    rows[row] = origin + Plan.Reduced.OffsetOf(first + row);
                }
            }

            long column = block * _blockColumns;
            long columns = Math.Min(_blockColumns, Plan.InnerLength - column);
            T* results = Results + (rest * Plan.InnerLength) + column;
            if (IsDirect)
            {
                Reduce((T*)X + column, rows, count, results, (nint)columns);
            }
            else
            {
                ReduceConverted(column, rows, count, results, columns);
            }
        }
    }

    [SkipLocalsInit]
    private readonly void ReduceConverted(long column, long* rows, int count, T* results, long columns)
    {
        T* buffer = stackalloc T[GroupRows * BufferColumns];
        long* bufferRows = stackalloc long[count];
        for (int row = 0; row < count; row++)
        {
            bufferRows[row] = row * BufferColumns;
        }

        for (long done = 0; done < columns; done += BufferColumns)
        {
            int width = (int)Math.Min(BufferColumns, columns - done);
            for (int row = 0; row < count; row++)
            {
                long offset = rows[row] + ((column + done) * Plan.InnerStride);
                Conversion.Load(X + (offset * DType.Size()), DType, Plan.InnerStride, buffer + (row * BufferColumns), width);
            }

            Reduce(buffer, bufferRows, count, results + done, width);
        }
    }

    /// <summary>Columns are independent of each other, so that vectors of any width, overlapping ones too, give the same bits.</summary>
    private readonly void Reduce(T* x, long* rows, int count, T* results, nint columns)
    {
        Group group = new(Op, x, rows, count, results, columns);
        Widest.RunWithin<Group, T>(ref group, columns);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Reduce<V>(TOp op, T* x, long* rows, int count, T* results, nint columns)
        where V : struct, ILanes<V, T>
    {
        nint width = V.Width, column = 0;
        for (; column <= columns - (4 * width); column += 4 * width)
        {
            T* p = x + rows[0] + column;
            V a0 = op.Map(V.Load(ref *p, 0)), a1 = op.Map(V.Load(ref *p, (nuint)width));
            V a2 = op.Map(V.Load(ref *p, (nuint)(2 * width))), a3 = op.Map(V.Load(ref *p, (nuint)(3 * width)));
            for (int row = 1; row < count; row++)
            {
                p = x + rows[row] + column;
                a0 = TOp.Combine(a0, op.Map(V.Load(ref *p, 0)));
                a1 = TOp.Combine(a1, op.Map(V.Load(ref *p, (nuint)width)));
                a2 = TOp.Combine(a2, op.Map(V.Load(ref *p, (nuint)(2 * width))));
                a3 = TOp.Combine(a3, op.Map(V.Load(ref *p, (nuint)(3 * width))));
            }

            a0.Store(ref *results, (nuint)column);
            a1.Store(ref *results, (nuint)(column + width));
            a2.Store(ref *results, (nuint)(column + (2 * width)));
            a3.Store(ref *results, (nuint)(column + (3 * width)));
        }

        for (; column < columns; column += width)
        {
            nint at = Math.Min(column, columns - width);
            V total = op.Map(V.Load(ref *(x + rows[0] + at), 0));
            for (int row = 1; row < count; row++)
            {
                total = TOp.Combine(total, op.Map(V.Load(ref *(x + rows[row] + at), 0)));
            }

            total.Store(ref *results, (nuint)at);
        }
    }

    private readonly struct Group(TOp op, T* x, long* rows, int count, T* results, nint columns) : IVectorWork<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => Reduce<V>(op, x, rows, count, results, columns);
    }
}
