using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool SumsRuns => true;

    public override void SumRuns(Tensor values, Tensor order, Tensor counts, Tensor y)
    {
        if (y.DType is DType.Float16 or DType.BFloat16)
        {
            // Added in float32 and rounded once.
            Tensor wide = Tensor.Allocate(y.Layout, DType.Float32, Device.Cpu);
            SumRuns(values.Detach().To(DType.Float32), order, counts, wide);
            Copy(wide, y);
            return;
        }

        ElementTypes.Numbers(y.DType, new SumRunsWork(values, order, counts, y));
    }

    private readonly struct SumRunsWork(Tensor values, Tensor order, Tensor counts, Tensor y) : INumberWork
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            long runs = counts.Count, width = y.Count / Math.Max(runs, 1);
            if (y.Count == 0)
            {
                return;
            }

            using Lease<T> lv = new(values), ly = new(y);
            using Lease<long> lo = new(order), lc = new(counts);
            fixed (T* pv = lv, py = ly)
            fixed (long* po = lo, pc = lc)
            {
                SumRunsJob<T> job = new()
                {
                    Values = pv,
                    Order = po,
                    Counts = pc,
                    Y = py,
                    Runs = runs,
                    Width = width,
                    Chunks = Workers.Chunks(runs, Math.Max(CopyGrain / (width * sizeof(T)), 1)),
                };
                Workers.Run(job.Chunks, in job);
            }
        }
    }

    private struct SumRunsJob<T> : IJob
        where T : unmanaged, INumber<T>
    {
        public T* Values;
        public long* Order;
        public long* Counts;
        public T* Y;
        public long Runs;
        public long Width;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            long run = Runs * chunk / Chunks, end = Runs * (chunk + 1) / Chunks;
            long* next = Order;
            for (long i = 0; i < run; i++)
            {
                next += Counts[i];
            }

            for (T* y = Y + (run * Width); run < end; run++, y += Width)
            {
                Scatter<ScatterSet, T>.Run(y, 1, Values + (*next++ * Width), Width);
                for (long i = 1; i < Counts[run]; i++)
                {
                    Scatter<ScatterAdd, T>.Run(y, 1, Values + (*next++ * Width), Width);
                }
            }
        }
    }
}
