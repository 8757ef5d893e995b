using System.Numerics;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void Reduce<TOp>(in TOp op, Tensor x, ulong axes, Tensor y, DType compute) =>
        ElementTypes.Numbers(compute.Compute(), new ReduceWork<TOp>(op, x, axes, y));

    private static void Reduce<TOp, T>(TOp op, Tensor x, ulong axes, Tensor y)
        where TOp : struct, IReduceOp<TOp>
        where T : unmanaged, INumber<T>
    {
        long outputs = y.Count;
        if (outputs == 0)
        {
            return;
        }

        using Lease<byte> lx = Lease<byte>.Bytes(x), ly = Lease<byte>.Bytes(y);
        fixed (byte* px = lx, py = ly)
        {
            if (y.DType == DTypes.Of<T>())
            {
                Reduce(op, x, px, axes, (T*)py, outputs);
                return;
            }

            using Scratch<T> results = new(outputs);
            Reduce(op, x, px, axes, results.Pointer, outputs);
            for (long done = 0; done < outputs; done += int.MaxValue)
            {
                int count = (int)Math.Min(int.MaxValue, outputs - done);
                Conversion.Store(results.Pointer + done, py + (done * y.DType.Size()), y.DType, 1, count);
            }
        }
    }

    private static void Reduce<TOp, T>(in TOp op, Tensor x, byte* px, ulong axes, T* results, long outputs)
        where TOp : struct, IReduceOp<TOp>
        where T : unmanaged, INumber<T>
    {
        bool isStored = DTypeOf<T>() == x.DType || (typeof(T) == typeof(byte) && x.DType == DType.Bool);
        if (isStored && outputs == 1 && x.IsContiguous && x.Count <= RunReduction<TOp, T>.Block)
        {
            *results = RunReduction<TOp, T>.Run(in op, (T*)px, (nint)x.Count);
        }
        else if (x.Count == 0)
        {
            new Span<T>(results, checked((int)outputs)).Fill(Elements.FromDouble<T>(TOp.Identity));
        }
        else
        {
            long* work = stackalloc long[ReductionPlan.WorkLength(x.Rank)];
            ReductionPlan plan = ReductionPlan.Create(x.Layout, axes, work);
            Run(in op, plan, px, x.DType, isStored && plan.InnerStride == 1, results, outputs);
        }

        for (long i = 0; i < outputs; i++)
        {
            results[i] = op.Finish(new Lane<T>(results[i])).Value;
        }
    }

    private static void Run<TOp, T>(in TOp op, in ReductionPlan plan, byte* px, DType dtype, bool isDirect, T* results, long outputs)
        where TOp : struct, IReduceOp<TOp>
        where T : unmanaged, INumber<T>
    {
        if (plan.InnerIsReduced)
        {
            RowReduction<TOp, T> rows = new() { Plan = plan, Op = op, X = px, DType = dtype, IsDirect = isDirect, Results = results };
            rows.Run();
            return;
        }

        ColumnReduction<TOp, PartialOp<TOp>, T> columns = new()
        {
            Plan = plan,
            Op = op,
            X = px,
            DType = dtype,
            IsDirect = isDirect,
            Results = results,
        };
        if (plan.IsInOrder)
        {
            columns.Run();
            return;
        }

        using Scratch<T> ordered = new(outputs);
        columns.Results = ordered.Pointer;
        columns.Run();
        T* from = ordered.Pointer;
        long kept = plan.Kept.Total;
        for (long output = 0; output < kept; output++)
        {
            T* to = results + plan.Kept.ResultOffsetOf(output);
            for (long i = 0; i < plan.InnerLength; i++)
            {
                to[i * plan.InnerResultStride] = *from++;
            }
        }
    }

    private static DType DTypeOf<T>()
        where T : unmanaged => DTypes.Of<T>();

    private readonly struct ReduceWork<TOp>(TOp op, Tensor x, ulong axes, Tensor y) : INumberWork
        where TOp : struct, IReduceOp<TOp>
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => Reduce<TOp, T>(op, x, axes, y);
    }
}
