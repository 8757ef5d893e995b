using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    /// <summary>Bytes a chunk of a copying kernel moves at least: enough to pay for handing it to a thread.</summary>
    private const long CopyGrain = 65536;

    public override bool TryFindOutside(Tensor index, long low, long high, out long position)
    {
        using Lease<long> lease = new(index);
        fixed (long* p = lease)
        {
            long first = long.MaxValue;
            CheckJob job = new() { Index = p, Low = low, Range = (ulong)(high - low), Count = index.Count, First = &first };
            Workers.Run(checked((int)((index.Count + CheckJob.Size - 1) / CheckJob.Size)), in job);
            position = first == long.MaxValue ? -1 : first;
            return true;
        }
    }

    public override void GatherBlocks(Tensor x, Selection selection, Tensor y) =>
        ElementTypes.Bits(x.DType, new GatherBlocksWork(x, selection, y));

    public override void ScatterBlocks(Tensor y, Selection selection, Tensor values, ScatterMode mode)
    {
        if (mode == ScatterMode.Set)
        {
            // Only bits move.
            ElementTypes.Bits(y.DType, new SetBlocksWork(y, selection, values));
            return;
        }

        if (mode != ScatterMode.Add)
        {
            throw new NotSupportedException($"Blocks are set or added, not combined by {mode}.");
        }

        if (y.DType is DType.Float16 or DType.BFloat16)
        {
            // Added in float32 and rounded once.
            Tensor wide = y.Detach().To(DType.Float32);
            ScatterBlocks(wide, selection, values.Detach().To(DType.Float32), mode);
            Copy(wide, y);
            return;
        }

        if (y.DType == DType.Bool)
        {
            ScatterBlocks<Scatter<ScatterMax, byte>, byte>(y, selection, values);
            return;
        }

        ElementTypes.Numbers(y.DType, new AddBlocksWork(y, selection, values));
    }

    private static void GatherBlocks<T>(Tensor x, Selection selection, Tensor y)
        where T : unmanaged
    {
        if (y.Count == 0)
        {
            return;
        }

        BlockAddress outer = new(x.Layout, selection.OuterAxes), inner = new(x.Layout, selection.InnerAxes);
        (Tensor offsets, long scale) = Offsets(x.Layout, selection);
        using Lease<T> lx = new(x), ly = new(y);
        using Lease<long> lo = new(offsets);
        fixed (T* px = lx, py = ly)
        fixed (long* po = lo)
        {
            long rows = outer.Count * offsets.Count;
            GatherBlocksJob<T> job = new()
            {
                X = px,
                Y = py,
                Offsets = po,
                Scale = scale,
                Positions = offsets.Count,
                Outer = outer,
                Inner = inner,
                Rows = rows,
                Chunks = Workers.Chunks(rows, Math.Max(CopyGrain / (inner.Count * sizeof(T)), 1)),
            };
            Workers.Run(job.Chunks, in job);
        }
    }

    private static void ScatterBlocks<TScatter, T>(Tensor y, Selection selection, Tensor values)
        where TScatter : struct, IScatter<T>
        where T : unmanaged
    {
        if (values.Count == 0)
        {
            return;
        }

        BlockAddress outer = new(y.Layout, selection.OuterAxes), inner = new(y.Layout, selection.InnerAxes);
        (Tensor offsets, long scale) = Offsets(y.Layout, selection);
        using Lease<T> ly = new(y), lv = new(values);
        using Lease<long> lo = new(offsets);
        fixed (T* py = ly, pv = lv)
        fixed (long* po = lo)
        {
            // Threads share out outer positions and columns, never the indices: two of them may name one place.
            long part = Math.Max(256 / sizeof(T), 1);
            long parts = values.Count * sizeof(T) <= CopyGrain ? 1 : Math.Clamp(inner.RunLength / part, 1, 16);
            long units = outer.Count * inner.Runs * parts;
            ScatterBlocksJob<TScatter, T> job = new()
            {
                Y = py,
                Values = pv,
                Offsets = po,
                Scale = scale,
                Positions = offsets.Count,
                Outer = outer,
                Inner = inner,
                Parts = parts,
                Units = units,
                Chunks = Workers.Chunks(units, Math.Max(CopyGrain / (values.Count / units * sizeof(T)), 1)),
            };
            Workers.Run(job.Chunks, in job);
        }
    }

    /// <summary>
    /// For each position of a selection the offset in a tensor: one index tensor times its stride, or the sum of several.
    /// </summary>
    private static (Tensor Offsets, long Scale) Offsets(Layout layout, Selection selection)
    {
        if (selection.Axes.Length == 1)
        {
            return (selection.Indices[0], layout.Strides[selection.Axes[0]]);
        }

        Tensor sum = Tensor.Allocate(selection.Indices[0].Layout, DType.Int64, Device.Cpu);
        using Lease<long> ls = new(sum);
        Span<long> target = ls.Span;
        target.Clear();
        for (int i = 0; i < selection.Axes.Length; i++)
        {
            using Lease<long> li = new(selection.Indices[i]);
            TensorPrimitives.MultiplyAdd(li.Span, layout.Strides[selection.Axes[i]], target, target);
        }

        return (sum, 1);
    }

    private struct CheckJob : IJob
    {
        public const int Size = 32768;
        public long* Index;
        public long Low;
        public ulong Range;
        public long Count;
        public long* First;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            long i = (long)chunk * Size, end = Math.Min(i + Size, Count);
            Vector<ulong> range = new(Range), bad = Vector<ulong>.Zero;
            Vector<long> low = new(Low);
            for (long v = i; v + Vector<long>.Count <= end; v += Vector<long>.Count)
            {
                // Below the range wraps around to a great number.
                bad |= Vector.GreaterThanOrEqual(Vector.AsVectorUInt64(Vector.Load(Index + v) - low), range);
            }

            bool isClean = bad == Vector<ulong>.Zero;
            for (i = isClean ? end - ((end - i) % Vector<long>.Count) : i; i < end; i++)
            {
                if ((ulong)(Index[i] - Low) >= Range)
                {
                    ref long first = ref *First;
                    for (long seen = Volatile.Read(ref first); i < seen;)
                    {
                        long other = Interlocked.CompareExchange(ref first, i, seen);
                        seen = other == seen ? i : other;
                    }

                    return;
                }
            }
        }
    }

    private struct GatherBlocksJob<T> : IJob
        where T : unmanaged
    {
        public T* X;
        public T* Y;
        public long* Offsets;
        public long Scale;
        public long Positions;
        public BlockAddress Outer;
        public BlockAddress Inner;
        public long Rows;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            long row = Rows * chunk / Chunks, end = Rows * (chunk + 1) / Chunks;
            long run = Inner.RunLength, step = Inner.RunStride, runs = Inner.Runs;
            (long outer, long position) = Math.DivRem(row, Positions);
            T* block = X + Outer.Offset(outer);
            T* to = Y + (row * Inner.Count);
            if (Inner.Count == 1 && Outer.Count == 1)
            {
                for (; row < end; row++)
                {
                    *to++ = block[Offsets[row] * Scale];
                }

                return;
            }

            for (; row < end; row++)
            {
                T* from = block + (Offsets[position] * Scale);
                for (long q = 0; q < runs; q++)
                {
                    Copy(runs == 1 ? from : from + Inner.RunOffset(q), step, to, run);
                    to += run;
                }

                if (++position == Positions)
                {
                    position = 0;
                    block = X + Outer.Offset(++outer < Outer.Count ? outer : 0);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Copy(T* from, long step, T* to, long count)
        {
            if (step == 1 && count * sizeof(T) is >= 32 and < uint.MaxValue)
            {
                Unsafe.CopyBlockUnaligned(to, from, (uint)(count * sizeof(T)));
                return;
            }

            for (long i = 0; i < count; i++)
            {
                to[i] = from[i * step];
            }
        }
    }

    private struct ScatterBlocksJob<TScatter, T> : IJob
        where TScatter : struct, IScatter<T>
        where T : unmanaged
    {
        public T* Y;
        public T* Values;
        public long* Offsets;
        public long Scale;
        public long Positions;
        public BlockAddress Outer;
        public BlockAddress Inner;
        public long Parts;
        public long Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            long end = Units * (chunk + 1) / Chunks, step = Inner.RunStride, width = Inner.Count;
            for (long unit = Units * chunk / Chunks; unit < end; unit++)
            {
                (long line, long part) = Math.DivRem(unit, Parts);
                (long outer, long run) = Math.DivRem(line, Inner.Runs);
                long first = Inner.RunLength * part / Parts, count = (Inner.RunLength * (part + 1) / Parts) - first;
                T* to = Y + Outer.Offset(outer) + Inner.RunOffset(run) + (first * step);
                T* from = Values + (outer * Positions * width) + (run * Inner.RunLength) + first;
                for (long p = 0; p < Positions; p++)
                {
                    TScatter.Run(to + (Offsets[p] * Scale), step, from, count);
                    from += width;
                }
            }
        }
    }

    private readonly struct GatherBlocksWork(Tensor x, Selection selection, Tensor y) : IBitWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryInteger<T> => GatherBlocks<T>(x, selection, y);
    }

    private readonly struct SetBlocksWork(Tensor y, Selection selection, Tensor values) : IBitWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryInteger<T> => ScatterBlocks<Scatter<ScatterSet, T>, T>(y, selection, values);
    }

    private readonly struct AddBlocksWork(Tensor y, Selection selection, Tensor values) : INumberWork
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => ScatterBlocks<Scatter<ScatterAdd, T>, T>(y, selection, values);
    }
}
