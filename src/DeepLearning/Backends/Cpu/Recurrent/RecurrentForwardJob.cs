using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// One step of a recurrent layer. A task is a block of units for some rows: the products of all its gates with the state before, then,
/// while those are in the first-level cache, the gates and the new states.
/// </summary>
internal unsafe struct RecurrentForwardJob<T, V, TSimd> : IJob
    where T : unmanaged, INumber<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Products with an addition that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 16;

    private RecurrentPlan<T> _plan;
    private UnitBlocks _blocks;
    private T* _packed;
    private T* _state;
    private int _start;
    private int _rows;
    private int _groups;
    private int _chunks;

    /// <summary>Computes all steps; the gates hold what the inputs gave.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(in RecurrentPlan<T> plan)
    {
        int hidden = plan.Hidden, outputs = plan.Outputs, gates = plan.Gates;
        SequenceSteps steps = plan.Steps;
        RecurrentForwardJob<T, V, TSimd> job = new() { _plan = plan, _blocks = new UnitBlocks(hidden, TSimd.Count) };
        RecurrentProductJob<T, V, TSimd> projection = new(outputs, hidden);
        bool isProjected = plan.Projection != null;
        if (steps.Batch > 1)
        {
            long size = RecurrentPacking<T, V, TSimd>.Size(job._blocks, gates, outputs);
            job._packed = GemmScratch.Get<T>(size + (isProjected ? projection.Size : 0));
            RecurrentPacking<T, V, TSimd>.Run(job._blocks, hidden, gates, outputs, plan.Weight, outputs, 1, job._packed);
            if (isProjected)
            {
                projection.Pack(plan.Projection, hidden, 1, job._packed + size);
            }
        }
        else if (isProjected)
        {
            projection.ReadInPlace(plan.Projection);
        }

        if (plan.Kind == RecurrentKind.LSTM)
        {
            Copy(plan.C0, plan.LastCell, steps.Batch * hidden);
        }

        using Scratch<T> together = new(plan.Reverse && !steps.IsEven ? (long)steps.Batch * outputs : 1);
        for (int position = 0; position < steps.Counts.Length; position++)
        {
            int step = steps.StepAt(position, plan.Reverse);
            job._start = steps.Starts[step];
            job._rows = steps.Counts[step];
            PreviousRows<T> before = plan.Before(position, plan.Output, plan.H0, outputs);
            job._state = before.Start;
            if (!before.AreTogether(job._rows))
            {
                before.CopyTo(together.Pointer, job._rows, outputs);
                job._state = together.Pointer;
            }

            job._groups = PanelProduct<T, V, TSimd>.Groups(job._rows);
            long work = (long)job._rows * hidden * outputs * gates;
            job._chunks = UnitBlocks.Chunks(job._blocks.Count * job._groups, Workers.Chunks(work, ChunkWork));
            Workers.Run(job._chunks, in job);
            if (isProjected)
            {
                T* source = plan.Unprojected + ((nint)job._start * hidden);
                projection.Run(job._rows, source, hidden, plan.Output + ((nint)job._start * outputs));
            }
        }

        Last(plan);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        T* sums = stackalloc T[PanelProduct<T, V, TSimd>.MaximumRows * 4 * GemmPanels.MaximumVectors * TSimd.Count];
        long tasks = (long)_blocks.Count * _groups;
        int end = (int)(tasks * (chunk + 1) / _chunks);
        for (int task = (int)(tasks * chunk / _chunks); task < end; task++)
        {
            int block = task / _groups, row = task % _groups * PanelProduct<T, V, TSimd>.MaximumRows;
            Task(block, row, Math.Min(_rows - row, PanelProduct<T, V, TSimd>.MaximumRows), sums);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Task(int block, int row, int rows, T* sums)
    {
        int hidden = _plan.Hidden, outputs = _plan.Outputs, gates = _plan.Gates;
        int start = _blocks.Start(block), vectors = _blocks.Start(block + 1) - start;
        int unit = start * TSimd.Count, width = vectors * TSimd.Count, units = Math.Min(width, hidden - unit);
        int sumRows = rows == 1 ? 1 : (rows + 7) & ~7;
        nint slot = (nint)sumRows * width;
        T* state = _state + ((nint)row * outputs);
        nint first = (_start + row) * (nint)hidden;
        T* gateRows = _plan.GateRows + ((_start + row) * _plan.GateStride) + unit;
        RowPrefetch<T, V, TSimd>.Run(gateRows, _plan.GateStride, rows, gates, hidden, width);
        for (int gate = 0; gate < gates; gate++)
        {
            T* to = sums + (RecurrentUnits<T>.Slot(_plan.Kind, gate) * slot);
            if (_packed == null)
            {
                T* lines = _plan.Weight + ((((nint)gate * hidden) + unit) * outputs);
                LineDots<T, V, TSimd>.Run(lines, outputs, units, outputs, state, to);
            }
            else
            {
                T* panel = _packed + ((((nint)unit * gates) + ((nint)gate * width)) * outputs);
                PanelProduct<T, V, TSimd>.Run(rows, outputs, state, outputs, panel, vectors, to, width);
            }
        }

        RecurrentUnits<T>.Forward(_plan.Kind, new ForwardUnits<T>
        {
            Rows = rows,
            Units = units,
            Hidden = hidden,
            Sums = sums,
            SumRows = sumRows,
            Width = width,
            Gates = gateRows,
            GateStride = _plan.GateStride,
            State = state + unit,
            Output = (_plan.Unprojected == null ? _plan.Output : _plan.Unprojected) + first + unit,
            Cell = _plan.LastCell == null ? null : _plan.LastCell + ((nint)row * hidden) + unit,
            Kept = _plan.Kept == null ? null : _plan.Kept + first + unit,
            NewBias = _plan.NewBias == null ? null : _plan.NewBias + unit,
        });
    }

    /// <summary>The last hidden state of each sequence: that of its last step, or in reverse of the first one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Last(in RecurrentPlan<T> plan)
    {
        SequenceSteps steps = plan.Steps;
        int outputs = plan.Outputs;
        for (int step = 0; step < steps.Counts.Length; step++)
        {
            int next = plan.Reverse || step + 1 == steps.Counts.Length ? 0 : steps.Counts[step + 1];
            int ended = steps.Counts[step] - next;
            Copy(
                plan.Output + ((nint)(steps.Starts[step] + next) * outputs), plan.LastHidden + ((nint)next * outputs), ended * outputs);
            if (plan.Reverse)
            {
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Copy(T* source, T* target, int count) => new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(target, count));
}
