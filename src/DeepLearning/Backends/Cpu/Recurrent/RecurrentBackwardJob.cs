using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// One step of the way back through a recurrent layer. A task is a block of units for some rows: what the step after it (in the order of
/// the forward pass) hands back by its product with the recurrent weights, then the gradients of this step's gates.
/// </summary>
internal unsafe struct RecurrentBackwardJob<T, V, TSimd> : IJob
    where T : unmanaged, INumber<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Products with an addition that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 16;

    private RecurrentPlan<T> _plan;
    private UnitBlocks _blocks;
    private T* _packed;

    /// <summary>
    /// The gradients of the step after, from the first column that the product reads; with a projection, those of this step's projected
    /// states.
    /// </summary>
    private T* _after;
    private nint _afterStride;
    private int _k;
    private int _afterRows;
    private int _start;
    private int _rows;
    private PreviousRows<T> _before;
    private int _groups;
    private int _chunks;

    /// <summary>Goes back through all steps.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(in RecurrentPlan<T> plan)
    {
        int hidden = plan.Hidden, outputs = plan.Outputs, gates = plan.Gates;
        bool isGru = plan.Kind == RecurrentKind.GRU, isProjected = plan.Projection != null;
        SequenceSteps steps = plan.Steps;
        UnitBlocks blocks = new(hidden, TSimd.Count);
        int k = isProjected ? outputs : gates * hidden;
        long size = RecurrentPacking<T, V, TSimd>.Size(blocks, 1, k);
        RecurrentProductJob<T, V, TSimd> product = new(outputs, gates * hidden);
        using Scratch<T> unprojected = new(isProjected ? (long)steps.Batch * hidden : 1);
        RecurrentBackwardJob<T, V, TSimd> job = new()
        {
            _plan = plan,
            _blocks = blocks,
            _packed = GemmScratch.Get<T>(size + (isProjected ? product.Size : 0)),
            _afterStride = isProjected ? outputs : plan.DGateStride,
            _k = k,
        };
        RecurrentPacking<T, V, TSimd>.Run(blocks, hidden, 1, k, isProjected ? plan.Projection : plan.Weight, 1, hidden, job._packed);
        if (isProjected)
        {
            // The states before the projection have no gradient but what comes through it.
            product.Pack(plan.Weight, 1, outputs, job._packed + size);
            job._plan.DOutput = plan.Zeros;
            job._plan.DOutputStride = 0;
            job._plan.DHidden = unprojected.Pointer;
        }

        for (int position = steps.Counts.Length - 1; position >= -1; position--)
        {
            int step = position < 0 ? 0 : steps.StepAt(position, plan.Reverse);
            job._start = steps.Starts[step];
            job._rows = position < 0 ? 0 : steps.Counts[step];
            job._before = position < 0
                ? default
                : plan.Before(position, isGru ? plan.Output : plan.Kept, isGru ? plan.H0 : plan.C0, hidden);
            if (isProjected)
            {
                T* projected = plan.DProjected + ((nint)job._start * outputs);
                product.RunAndAdd(
                    job._afterRows, job._after, plan.DGateStride, plan.DHidden, job._rows,
                    plan.DOutput + (job._start * plan.DOutputStride), plan.DOutputStride, projected);
                job._after = projected;
                job._afterRows = job._rows;
            }

            int rows = Math.Max(job._rows, job._afterRows);
            job._groups = PanelProduct<T, V, TSimd>.Groups(rows);
            long work = (long)rows * hidden * k;
            job._chunks = UnitBlocks.Chunks(blocks.Count * job._groups, Workers.Chunks(work, ChunkWork));
            Workers.Run(job._chunks, in job);
            if (position >= 0 && plan.Previous != null)
            {
                plan.Before(position, plan.Output, plan.H0, outputs)
                    .CopyTo(plan.Previous + ((nint)job._start * outputs), job._rows, outputs);
            }

            job._after = plan.DGates + (job._start * plan.DGateStride) + (isGru ? hidden : 0);
            job._afterRows = job._rows;
        }
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
        int hidden = _plan.Hidden;
        int start = _blocks.Start(block), vectors = _blocks.Start(block + 1) - start;
        int unit = start * TSimd.Count, width = vectors * TSimd.Count, units = Math.Min(width, hidden - unit);
        int given = Math.Clamp(_afterRows - row, 0, PanelProduct<T, V, TSimd>.MaximumRows);
        int rows = Math.Clamp(_rows - row, 0, PanelProduct<T, V, TSimd>.MaximumRows);
        nint first = (_start + row) * (nint)hidden, state = ((nint)row * hidden) + unit;
        T* gateRows = _plan.GateRows + ((_start + row) * _plan.GateStride) + unit;
        RowPrefetch<T, V, TSimd>.Run(gateRows, _plan.GateStride, rows, _plan.Gates, hidden, width);
        if (given > 0)
        {
            PanelProduct<T, V, TSimd>.Run(
                given, _k, _after + (row * _afterStride), _afterStride, _packed + ((nint)unit * _k), vectors, sums, width);
        }

        RecurrentGradients<T>.Backward(_plan.Kind, new BackwardUnits<T>
        {
            Given = given,
            Rows = rows,
            FirstRow = row,
            Unit = unit,
            Units = units,
            Hidden = hidden,
            Sums = sums,
            SumStride = width,
            Gates = gateRows,
            GateStride = _plan.GateStride,
            DGates = _plan.DGates + ((_start + row) * _plan.DGateStride) + unit,
            DGateStride = _plan.DGateStride,
            Kept = _plan.Kept == null ? null : _plan.Kept + first + unit,
            DOutput = _plan.DOutput + ((_start + row) * _plan.DOutputStride) + unit,
            DOutputStride = _plan.DOutputStride,
            DHidden = _plan.DHidden + state,
            DCell = _plan.DCell == null ? null : _plan.DCell + state,
            Before = _before,
        });
    }
}
