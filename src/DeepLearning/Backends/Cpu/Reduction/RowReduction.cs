using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Reductions whose innermost axis in memory is reduced: one result at a time, from runs of neighboring elements. A long reduction is
/// split into parts of equal size, whose results are combined in a second stage.
/// </summary>
internal unsafe struct RowReduction<TOp, T> : IJob
    where TOp : struct, IReduceOp<TOp>
    where T : unmanaged, INumber<T>
{
    /// <summary>Elements a part: enough to pay for handing it to a thread.</summary>
    private const long PartSize = 65536;

    /// <summary>Elements gathered before they are reduced, where runs are short or need conversion.</summary>
    private const int BufferSize = 2048;

    private const int ShortRun = 512;

    public ReductionPlan Plan;
    public TOp Op;
    public byte* X;
    public DType DType;
    public bool IsDirect;
    public T* Results;
    private long _length;
    private long _outputs;
    private long _parts;
    private int _chunks;

    public void Run()
    {
        _length = Plan.InnerLength * Plan.Reduced.Total;
        _outputs = Plan.Kept.Total;
        _parts = Math.Max(1, Math.Min(_length / PartSize, 65536 / Math.Max(1, _outputs)));
        _chunks = (int)Math.Min(Workers.Chunks(_outputs * _length, PartSize / 2), _outputs * _parts);
        if (_parts == 1)
        {
            Workers.Run(_chunks, in this);
            return;
        }

        T* results = Results;
        using Scratch<T> partials = new(_outputs * _parts);
        Results = partials.Pointer;
        Workers.Run(_chunks, in this);
        for (long i = 0; i < _outputs; i++)
        {
            results[i] = RunReduction<PartialOp<TOp>, T>.Run(default, Results + (i * _parts), (nint)_parts);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        long units = _outputs * _parts;
        long start = units * chunk / _chunks, end = units * (chunk + 1) / _chunks;
        if (IsDirect && _parts == 1 && Plan.Reduced.Count == 0 && _length <= RunReduction<TOp, T>.Block)
        {
            for (long unit = start; unit < end; unit++)
            {
                Results[unit] = RunReduction<TOp, T>.Run(in Op, (T*)X + Plan.Kept.OffsetOf(unit), (nint)_length);
            }

            return;
        }

        for (long unit = start; unit < end; unit++)
        {
            (long output, long part) = Math.DivRem(unit, _parts);
            Results[unit] = Reduce(Plan.Kept.OffsetOf(output), _length * part / _parts, _length * (part + 1) / _parts);
        }
    }

    /// <summary>Reduces the elements of one result whose numbers, in row-major order of the reduced axes, lie in a range.</summary>
    [SkipLocalsInit]
    private readonly T Reduce(long origin, long start, long end)
    {
        T* levels = stackalloc T[RunReduction<TOp, T>.Cascade.Levels];
        T* buffer = stackalloc T[BufferSize];
        RunReduction<TOp, T>.Cascade cascade = new(levels);
        int filled = 0;
        while (start < end)
        {
            (long run, long index) = Math.DivRem(start, Plan.InnerLength);
            long offset = origin + Plan.Reduced.OffsetOf(run) + (index * Plan.InnerStride);
            long count = Math.Min(Plan.InnerLength - index, end - start);
            if (IsDirect && count >= ShortRun)
            {
                count = Math.Min(count, RunReduction<TOp, T>.Block);
                cascade.Push(RunReduction<TOp, T>.Run(in Op, (T*)X + offset, (nint)count));
            }
            else
            {
                count = Math.Min(count, BufferSize - filled);
                Conversion.Load(X + (offset * DType.Size()), DType, Plan.InnerStride, buffer + filled, (int)count);
                filled += (int)count;
                if (filled == BufferSize)
                {
                    cascade.Push(RunReduction<TOp, T>.Run(in Op, buffer, filled));
                    filled = 0;
                }
            }

            start += count;
        }

        if (filled > 0)
        {
            cascade.Push(RunReduction<TOp, T>.Run(in Op, buffer, filled));
        }

        return cascade.Total();
    }
}
