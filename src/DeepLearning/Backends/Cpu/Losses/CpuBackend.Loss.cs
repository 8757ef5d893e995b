using System.Numerics;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryBinarySum<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor y)
    {
        bool isPlain = a.DType == y.DType && b.DType == y.DType && a.IsContiguous && b.IsContiguous;
        if (isPlain && y.DType == DType.Float32)
        {
            BinarySum<TOp, float>(op, a, b, scale, y);
        }
        else if (isPlain && y.DType == DType.Float64)
        {
            BinarySum<TOp, double>(op, a, b, scale, y);
        }
        else
        {
            BinarySumOfAny(in op, a, b, scale, y);
        }

        return true;
    }

    public override bool TryBinarySumBackward<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor dy, Tensor? da, Tensor? db)
    {
        double each = dy.Item<double>() * scale;
        if (da is not null)
        {
            Run(new PairGradientStep<TOp, First>(op, each), Domain.FloatingPoint, da.DType, da, a, b);
        }

        if (db is not null)
        {
            Run(new PairGradientStep<TOp, Second>(op, each), Domain.FloatingPoint, db.DType, db, a, b);
        }

        return true;
    }

    public override bool TryCrossEntropy(
        Tensor x, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor losses, Tensor logSums, Tensor rowWeights)
    {
        ElementTypes.Floats(x.DType, new CrossEntropyWork(x, target, weight, ignoreIndex, smoothing, losses, logSums, rowWeights));
        return true;
    }

    public override bool TryCrossEntropyBackward(
        Tensor x, Tensor logSums, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor gradient, Tensor dx)
    {
        ElementTypes.Floats(x.DType, new CrossEntropyBackwardWork(x, logSums, target, weight, ignoreIndex, smoothing, gradient, dx));
        return true;
    }

    /// <summary>Of mixed types or any layout: the terms in the type that the result is computed in, then their sum.</summary>
    private void BinarySumOfAny<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor y)
        where TOp : struct, IBinaryOp<TOp>
    {
        DType compute = y.DType.Compute();
        Tensor terms = Tensor.Allocate(a.Layout, compute, y.Device), sum = Tensor.Allocate([], compute, y.Device);
        Binary(in op, a, b, terms);
        Reduce(default(SumOp), terms, terms.Rank == 64 ? ulong.MaxValue : (1UL << terms.Rank) - 1, sum, compute);
        double total = sum.Item<double>();
        Fill(y, compute == DType.Float64 ? total * scale : (float)total * (float)scale);
    }

    private static void BinarySum<TOp, T>(in TOp op, Tensor a, Tensor b, double scale, Tensor y)
        where TOp : struct, IBinaryOp<TOp>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Lease<T> la = new(a), lb = new(b), ly = new(y);
        int chunks = checked((int)((a.Count + BinarySumJob<TOp, T>.ChunkSize - 1) / BinarySumJob<TOp, T>.ChunkSize));
        fixed (T* pa = la, pb = lb)
        {
            double total = 0;
            BinarySumJob<TOp, T> job = new() { Op = op, A = pa, B = pb, Count = a.Count };
            if (chunks == 1)
            {
                total = double.CreateTruncating(job.Sum(0));
            }
            else if (chunks > 1)
            {
                using Scratch<T> partial = new(chunks);
                job.Partial = partial.Pointer;
                Workers.Run(chunks, in job);
                for (int chunk = 0; chunk < chunks; chunk++)
                {
                    total += double.CreateTruncating(partial.Pointer[chunk]);
                }
            }

            ly.First = T.CreateTruncating(total * scale);
        }
    }

    private static void CrossEntropy<T>(
        Tensor x, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor losses, Tensor logSums, Tensor rowWeights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Lease<T> lx = new(x), ll = new(losses), ls = new(logSums), lr = new(rowWeights), lw = weight is null ? default : new(weight);
        using Lease<long> lt = new(target);
        fixed (T* px = lx, pl = ll, ps = ls, pr = lr, pw = lw)
        {
            fixed (long* pt = lt)
            {
                CrossEntropyJob<T> job = new(x.Size(0), x.Size(1), ignoreIndex, smoothing)
                {
                    X = px,
                    Target = pt,
                    Weight = pw,
                    Losses = pl,
                    LogSums = ps,
                    RowWeights = pr,
                };
                job.WeightSum = job.SumOfWeights();
                Workers.Run(job.Chunks, in job);
            }
        }
    }

    private static void CrossEntropyBackward<T>(
        Tensor x, Tensor logSums, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor gradient, Tensor dx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Lease<T> lx = new(x), ls = new(logSums), lg = new(gradient), ld = new(dx), lw = weight is null ? default : new(weight);
        using Lease<long> lt = new(target);
        fixed (T* px = lx, ps = ls, pg = lg, pd = ld, pw = lw)
        {
            fixed (long* pt = lt)
            {
                CrossEntropyJob<T> job = new(x.Size(0), x.Size(1), ignoreIndex, smoothing)
                {
                    X = px,
                    Target = pt,
                    Weight = pw,
                    LogSums = ps,
                    Gradient = pg,
                    GradientStride = gradient.Layout.Strides[0],
                    Dx = pd,
                };
                job.WeightSum = job.SumOfWeights();
                Workers.Run(job.Chunks, in job);
            }
        }
    }

    private readonly struct CrossEntropyWork(
        Tensor x, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor losses, Tensor logSums, Tensor rowWeights)
        : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
                CrossEntropy<T>(x, target, weight, ignoreIndex, smoothing, losses, logSums, rowWeights);
    }

    private readonly struct CrossEntropyBackwardWork(
        Tensor x, Tensor logSums, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor gradient, Tensor dx)
        : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
                CrossEntropyBackward<T>(x, logSums, target, weight, ignoreIndex, smoothing, gradient, dx);
    }
}
