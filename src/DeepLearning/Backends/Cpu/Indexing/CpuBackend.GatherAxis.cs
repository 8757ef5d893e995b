using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void GatherAxis(Tensor x, int axis, Tensor index, Tensor y) =>
        ElementTypes.Bits(x.DType, new GatherAxisWork(x, axis, index, y));

    public override void ScatterAxis(Tensor y, int axis, Tensor index, Tensor values, ScatterMode mode)
    {
        if (mode is ScatterMode.Add or ScatterMode.Multiply && y.DType is DType.Float16 or DType.BFloat16)
        {
            // Combined in float32 and rounded once.
            Tensor wide = y.Detach().To(DType.Float32);
            ScatterAxis(wide, axis, index, values.Detach().To(DType.Float32), mode);
            Copy(wide, y);
            return;
        }

        bool isTruth = y.DType == DType.Bool;
        switch (mode)
        {
            case ScatterMode.Add when isTruth: ScatterAxis<ScatterMax>(y, axis, index, values); break;
            case ScatterMode.Multiply when isTruth: ScatterAxis<ScatterMin>(y, axis, index, values); break;
            case ScatterMode.Set: ScatterAxis<ScatterSet>(y, axis, index, values); break;
            case ScatterMode.Add: ScatterAxis<ScatterAdd>(y, axis, index, values); break;
            case ScatterMode.Multiply: ScatterAxis<ScatterMultiply>(y, axis, index, values); break;
            case ScatterMode.Max: ScatterAxis<ScatterMax>(y, axis, index, values); break;
            case ScatterMode.Min: ScatterAxis<ScatterMin>(y, axis, index, values); break;
            default: throw new NotSupportedException($"Elements are not combined by {mode}.");
        }
    }

    private static void ScatterAxis<TOp>(Tensor y, int axis, Tensor index, Tensor values)
        where TOp : struct, IScatterOp
    {
        if (y.DType == DType.Float16)
        {
            RunAxis<ScatterLine<Scatter<TOp, Half>, Half>, Half>(y, axis, index, values);
            return;
        }

        if (y.DType == DType.BFloat16)
        {
            RunAxis<ScatterLine<ScatterBFloat16<TOp>, BFloat16>, BFloat16>(y, axis, index, values);
            return;
        }

        ElementTypes.Numbers(y.DType, new ScatterAxisWork<TOp>(y, axis, index, values));
    }

    /// <summary>Walks the places of an index along an axis; the tensor that is indexed may have any layout.</summary>
    private static void RunAxis<TLine, T>(Tensor indexed, int axis, Tensor index, Tensor values)
        where TLine : struct, IAxisLine<T>
        where T : unmanaged
    {
        if (index.Count == 0)
        {
            return;
        }

        using Lease<T> li = new(indexed), lv = new(values);
        using Lease<long> lp = new(index);
        fixed (T* pi = li, pv = lv)
        fixed (long* pp = lp)
        {
            int rank = index.Rank;
            ReadOnlySpan<int> lengths = index.Layout.Lengths;
            bool isLast = axis == rank - 1;
            // The axes before the indexed one, as outer positions; the last axis as the run, in parts when it is not the indexed one.
            long outer = Shape.CountOf(lengths[..axis]);
            long middle = isLast ? 1 : Shape.CountOf(lengths[axis..^1]);
            int run = rank == 0 ? 1 : lengths[^1];
            long parts = isLast ? 1 : Math.Clamp(run / 64, 1, 16);
            long units = outer * parts;
            AxisJob<TLine, T> job = new()
            {
                Indexed = pi,
                Values = pv,
                Index = pp,
                Lengths = index.Layout.Lengths,
                Strides = indexed.Layout.Strides,
                Axis = axis,
                Middle = middle,
                Run = run,
                Parts = parts,
                Units = units,
                Chunks = Workers.Chunks(units, Math.Max(16384 / (middle * run / parts), 1)),
            };
            Workers.Run(job.Chunks, in job);
        }
    }

    /// <summary>One run of the innermost axis: element k belongs to indexed[k · step + index[k] · stride].</summary>
    private interface IAxisLine<T>
        where T : unmanaged
    {
        static abstract void Run(T* indexed, long step, long stride, long* index, T* values, long count);
    }

    private readonly struct GatherLine<T> : IAxisLine<T>
        where T : unmanaged
    {
        public static void Run(T* indexed, long step, long stride, long* index, T* values, long count)
        {
            if (step == 0 && stride == 1)
            {
                for (long k = 0; k < count; k++)
                {
                    values[k] = indexed[index[k]];
                }

                return;
            }

            for (long k = 0; k < count; k++)
            {
                values[k] = indexed[(k * step) + (index[k] * stride)];
            }
        }
    }

    private readonly struct ScatterLine<TScatter, T> : IAxisLine<T>
        where TScatter : struct, IScatter<T>
        where T : unmanaged
    {
        public static void Run(T* indexed, long step, long stride, long* index, T* values, long count)
        {
            for (long k = 0; k < count; k++)
            {
                T* to = indexed + ((k * step) + (index[k] * stride));
                *to = TScatter.Combine(*to, values[k]);
            }
        }
    }

    private struct AxisJob<TLine, T> : IJob
        where TLine : struct, IAxisLine<T>
        where T : unmanaged
    {
        public T* Indexed;
        public T* Values;
        public long* Index;
        public int[] Lengths;
        public long[] Strides;
        public int Axis;
        public long Middle;
        public int Run;
        public long Parts;
        public long Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            int rank = Lengths.Length;
            bool isLast = Axis >= rank - 1;
            long stride = rank == 0 ? 0 : Strides[Axis], step = isLast ? 0 : Strides[rank - 1];
            Span<int> place = stackalloc int[rank];
            long end = Units * (chunk + 1) / Chunks;
            for (long unit = Units * chunk / Chunks; unit < end; unit++)
            {
                (long outer, long part) = Math.DivRem(unit, Parts);
                long first = Run * part / Parts, count = (Run * (part + 1) / Parts) - first;
                place.Clear();
                long rest = outer, offset = 0;
                for (int axis = Axis - 1; axis >= 0; axis--)
                {
                    (rest, long at) = Math.DivRem(rest, Lengths[axis]);
                    offset += at * Strides[axis];
                }

                for (long m = 0; m < Middle; m++)
                {
                    long values = (((outer * Middle) + m) * Run) + first;
                    TLine.Run(Indexed + offset + (first * step), step, stride, Index + values, Values + values, count);
                    // The axes from the indexed one to the last but one, as an odometer; the indexed one adds no offset of its own.
                    for (int axis = rank - 2; axis >= Axis; axis--)
                    {
                        long axisStride = axis == Axis ? 0 : Strides[axis];
                        offset += axisStride;
                        if (++place[axis] < Lengths[axis])
                        {
                            break;
                        }

                        offset -= axisStride * Lengths[axis];
                        place[axis] = 0;
                    }
                }
            }
        }
    }

    private readonly struct GatherAxisWork(Tensor x, int axis, Tensor index, Tensor y) : IBitWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryInteger<T> => RunAxis<GatherLine<T>, T>(x, axis, index, y);
    }

    private readonly struct ScatterAxisWork<TOp>(Tensor y, int axis, Tensor index, Tensor values) : INumberWork
        where TOp : struct, IScatterOp
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => RunAxis<ScatterLine<Scatter<TOp, T>, T>, T>(y, axis, index, values);
    }
}
