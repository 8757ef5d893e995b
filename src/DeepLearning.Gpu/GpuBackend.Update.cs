using System.Numerics;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <content>Work on all parameters of a model in one launch.</content>
internal sealed partial class GpuBackend
{
    /// <summary>The least and the most elements that a group takes of a tensor.</summary>
    private const long LeastChunk = 1024, MostChunk = 1 << 16;

    public override bool UpdatesTogether => true;

    public override bool TryUpdateAll<TUpdate>(in TUpdate update, ReadOnlySpan<UpdateOperands> all)
    {
        Tensor first = all[0].P;
        foreach (UpdateOperands one in all)
        {
            if (one.P.DType != first.DType || !one.P.IsContiguous || !IsState(one.S0, one.P) || !IsState(one.S1, one.P)
                || !IsState(one.S2, one.P))
            {
                return false;
            }
        }

        switch (first.DType)
        {
            case DType.Float32: UpdateAll<TUpdate, Float32Element, float, float, Float32Element, GpuFloat>(update, all); break;
            case DType.Float64: UpdateAll<TUpdate, Float64Element, double, double, Float64Element, GpuDouble>(update, all); break;
            case DType.Float16: UpdateAll<TUpdate, Float16Element, ushort, float, Float32Element, GpuFloat>(update, all); break;
            case DType.BFloat16: UpdateAll<TUpdate, BFloat16Element, ushort, float, Float32Element, GpuFloat>(update, all); break;
            default: throw DTypes.Unsupported(first.DType);
        }

        return true;
    }

    public override bool TrySumOfSquares(ReadOnlySpan<Tensor> all, Tensor y)
    {
        DType type = all[0].DType;
        if (!AreAlike(all, type) || type == DType.Float64)
        {
            return false;
        }

        ChunkTable table = new(this, all.Length);
        for (int i = 0; i < all.Length; i++)
        {
            table.Add(all[i]);
        }

        switch (type)
        {
            case DType.Float32: Squares<WideFloat32, float>(table, y); break;
            case DType.Float16: Squares<WideFloat16, ushort>(table, y); break;
            case DType.BFloat16: Squares<WideBFloat16, ushort>(table, y); break;
            case DType.Float64: return false;
            default: throw DTypes.Unsupported(type);
        }

        return true;
    }

    public override bool TryScaleAll(ReadOnlySpan<Tensor> all, Tensor factor)
    {
        DType type = all[0].DType;
        if (!AreAlike(all, type))
        {
            return false;
        }

        ChunkTable table = new(this, all.Length);
        for (int i = 0; i < all.Length; i++)
        {
            table.Add(all[i]);
        }

        switch (type)
        {
            case DType.Float32: ScaleAll<Float32Element, float, GpuFloat, SingleNumber>(table, factor); break;
            case DType.Float64: ScaleAll<Float64Element, double, GpuDouble, DoubleNumber>(table, factor); break;
            case DType.Float16: ScaleAll<Float16Element, ushort, GpuFloat, SingleNumber>(table, factor); break;
            case DType.BFloat16: ScaleAll<BFloat16Element, ushort, GpuFloat, SingleNumber>(table, factor); break;
            default: throw DTypes.Unsupported(type);
        }

        return true;
    }

    private static bool AreAlike(ReadOnlySpan<Tensor> all, DType type)
    {
        foreach (Tensor x in all)
        {
            if (x.DType != type || !x.IsContiguous)
            {
                return false;
            }
        }

        return true;
    }

    private void UpdateAll<TUpdate, TElement, S, TState, TStateElement, R>(TUpdate update, ReadOnlySpan<UpdateOperands> all)
        where TUpdate : struct, IUpdate<TUpdate>
        where TElement : struct, IElement<S, R>
        where TStateElement : struct, IElement<TState, R>
        where S : unmanaged
        where TState : unmanaged
        where R : struct, IReal<R>
    {
        ChunkTable table = new(this, all.Length);
        List<(Tensor Plain, Tensor Own)> gradients = [];
        foreach (UpdateOperands one in all)
        {
            Tensor gradient = Plain(one.G, one.P.Layout.Lengths, one.P.DType);
            gradients.Add((gradient, one.G));
            table.Add(one.P, gradient, one.S0, one.S1, one.S2);
        }

        table.Run((rows, groups) => Launch(
            UpdateKernels.All<TUpdate, TElement, S, TState, TStateElement, R>, Groups(groups, GroupThreads), rows, table.Memory<S>(),
            table.Memory<TState>(), update));
        foreach ((Tensor plain, Tensor own) in gradients)
        {
            Done(plain, own);
        }
    }

    private void Squares<TLoad, S>(ChunkTable table, Tensor y)
        where TLoad : struct, ILoad<S, GpuDouble>
        where S : unmanaged => table.Run((rows, groups) =>
        {
            Tensor sums = Tensor.Allocate([checked((int)groups)], DType.Float64, _device);
            if (HasLargeGroups)
            {
                Launch(
                    UpdateKernels.Squares<TLoad, S, Group256>, Groups(groups, Group256.Threads), rows, table.Memory<S>(),
                    View<double>(sums));
                Launch(UpdateKernels.Sum<Group256>, Groups(1, Group256.Threads), View<double>(sums), View<double>(y));
            }
            else
            {
                Launch(
                    UpdateKernels.Squares<TLoad, S, Group16>, Groups(groups, Group16.Threads), rows, table.Memory<S>(), View<double>(sums));
                Launch(UpdateKernels.Sum<Group16>, Groups(1, Group16.Threads), View<double>(sums), View<double>(y));
            }

            sums.Return();
            GC.KeepAlive(y);
        });

    private void ScaleAll<TElement, S, R, TNumber>(ChunkTable table, Tensor factor)
        where TElement : struct, IElement<S, R>
        where TNumber : struct, INumberOf<R>
        where S : unmanaged
        where R : struct, IReal<R> => table.Run((rows, groups) =>
        {
            Launch(
                UpdateKernels.Scale<TElement, S, R, TNumber>, Groups(groups, GroupThreads), rows, table.Memory<S>(), View<double>(factor));
            GC.KeepAlive(factor);
        });

    private int GroupThreads => HasLargeGroups ? Group256.Threads : Group16.Threads;

    /// <summary>The chunks of many tensors, with where their operands are.</summary>
    private sealed class ChunkTable(GpuBackend backend, int capacity)
    {
        private readonly List<Tensor?[]> _operands = new(capacity);
        private long _elements;

        /// <summary>Adds a tensor and what belongs to it element by element.</summary>
        public void Add(params Tensor?[] operands)
        {
            if (operands[0]!.Count > 0)
            {
                _operands.Add(operands);
                _elements += operands[0]!.Count;
            }
        }

        /// <summary>
        /// All of the device's memory from the lowest operand on, as elements of a type: distances lead to the others' blocks.
        /// </summary>
        public ArrayView<T> Memory<T>()
            where T : unmanaged => backend.MemoryFrom<T>(Lowest);

        /// <summary>Gives the table to the device and runs what reads it; the rows' number depends on the sizes alone.</summary>
        public void Run(Action<ArrayView<long>, long> launch)
        {
            if (_operands.Count == 0)
            {
                return;
            }

            long chunk = Math.Clamp(
                (long)BitOperations.RoundUpToPowerOf2((ulong)(_elements / 2048)), LeastChunk, MostChunk);
            List<long> rows = [];
            long lowest = backend.AddressOf(Lowest, withOffset: false);
            foreach (Tensor?[] operands in _operands)
            {
                for (long start = 0; start < operands[0]!.Count; start += chunk)
                {
                    rows.Add(Math.Min(chunk, operands[0]!.Count - start));
                    for (int k = 0; k < UpdateKernels.Columns - 1; k++)
                    {
                        Tensor? operand = k < operands.Length ? operands[k] : null;
                        rows.Add(
                            operand is null ? 0 : ((backend.AddressOf(operand, withOffset: true) - lowest) / operand.DType.Size()) + start);
                    }
                }
            }

            Tensor table = Tensor.Allocate([rows.Count], DType.Int64, backend._device);
            backend.Write(
                MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(rows)),
                table, 0);
            launch(backend.View<long>(table), rows.Count / UpdateKernels.Columns);
            table.Return();
            GC.KeepAlive(_operands);
        }

        private Tensor Lowest => _operands.SelectMany(static operands => operands).OfType<Tensor>()
            .MinBy(x => backend.AddressOf(x, withOffset: false))!;
    }

    /// <summary>A view from a tensor's block on without an end: kernels reach other blocks by their distance.</summary>
    private ArrayView<T> MemoryFrom<T>(Tensor lowest)
        where T : unmanaged => new(((IContiguousArrayView<byte>)StorageOf(lowest).View).Buffer, 0, long.MaxValue >> 8);
}
