using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryRmsNorm(Tensor x, Tensor? weight, double eps, Tensor y, Tensor rstd)
    {
        ElementTypes.Floats(x.DType, new RmsNormWork(x, weight, eps, y, rstd));
        return true;
    }

    public override bool TryRmsNormBackward(Tensor x, Tensor? weight, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight)
    {
        ElementTypes.Floats(x.DType, new RmsNormBackwardWork(x, weight, rstd, dy, dx, dweight));
        return true;
    }

    private static void RmsNorm<T>(Tensor x, Tensor? weight, double eps, Tensor y, Tensor rstd)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), lw = LeaseOrNone<T>(weight), ly = new(y);
        using Lease<double> lr = new(rstd);
        fixed (T* px = lx, pw = lw, py = ly)
        fixed (double* pr = lr)
        {
            int length = x.Size(1);
            RmsNormRow<T> row = new() { X = px, Weight = pw, Y = py, Rstd = pr, Length = length, Eps = eps };
            RowLoop.Run(row, x.Size(0), length);
        }
    }

    private static void RmsNormBackward<T>(Tensor x, Tensor? weight, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight)
        where T : unmanaged, INumber<T>
    {
        int rows = x.Size(0), length = x.Size(1);
        int chunks = Math.Min(Workers.Chunks((long)rows * length, RmsNormGradientJob<T>.ChunkSize), rows);
        chunks = Math.Min(chunks, RmsNormGradientJob<T>.MaximumChunks);
        using Lease<T> lx = new(x), lw = LeaseOrNone<T>(weight), ldy = new(dy), ldx = LeaseOrNone<T>(dx), ldw = LeaseOrNone<T>(dweight);
        using Lease<double> lr = new(rstd);
        using Scratch<T> parts = new(dweight is null ? 1 : (long)chunks * length);
        fixed (T* px = lx, pw = lw, pdy = ldy, pdx = ldx, pdw = ldw)
        fixed (double* pr = lr)
        {
            RmsNormGradientJob<T> job = new()
            {
                X = px,
                Weight = pw,
                Rstd = pr,
                DY = pdy,
                DX = pdx,
                Parts = pdw is null ? null : parts.Pointer,
                Rows = rows,
                Length = length,
                Chunks = chunks,
            };
            Workers.Run(chunks, job);
            if (pdw is not null)
            {
                new Span<T>(parts.Pointer, length).CopyTo(new Span<T>(pdw, length));
                for (int chunk = 1; chunk < chunks; chunk++)
                {
                    Map(default(TotalStep), pdw, parts.Pointer + ((nint)chunk * length), pdw, length);
                }
            }
        }
    }

    private struct RmsNormRow<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public T* X;
        public T* Weight;
        public T* Y;
        public double* Rstd;
        public nint Length;
        public double Eps;

        public readonly void Run(long row)
        {
            T* x = X + ((nint)row * Length), y = Y + ((nint)row * Length);
            double rstd = 1 / Math.Sqrt((StepSum<DotStep, T>.Run(default, x, x, Length) / Length) + Eps);
            Rstd[row] = rstd;
            if (Weight is null)
            {
                Map(new NormalizeStep(default, rstd, 0), x, null, y, Length);
            }
            else
            {
                Map(new NormalizeWeightStep(default, rstd), x, Weight, y, Length);
            }
        }
    }

    /// <summary>A chunk is a stretch of rows, which are read once: for the input's gradient and for a part of the weight's.</summary>
    private struct RmsNormGradientJob<T> : IJob
        where T : unmanaged, INumber<T>
    {
        public const long ChunkSize = 16384;

        /// <summary>Each chunk has a sum of its own, as long as a row.</summary>
        public const int MaximumChunks = 64;

        public T* X;
        public T* Weight;
        public double* Rstd;
        public T* DY;
        public T* DX;
        public T* Parts;
        public int Rows;
        public int Length;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            T* part = Parts + ((nint)chunk * Length);
            if (Parts is not null)
            {
                new Span<T>(part, Length).Clear();
            }

            int end = (int)((long)Rows * (chunk + 1) / Chunks);
            for (int row = (int)((long)Rows * chunk / Chunks); row < end; row++)
            {
                nint start = (nint)row * Length;
                T* x = X + start, g = DY + start;
                double rstd = Rstd[row];
                if (Parts is not null)
                {
                    new ElementKernel<WeightGradientStep, T>(new(default, rstd)).Run(part, g, x, null, null, part, Length);
                }

                if (DX is not null)
                {
                    T* dx = DX + start;
                    if (Weight is not null)
                    {
                        Map(default(DotStep), g, Weight, dx, Length);
                        g = dx;
                    }

                    double dot = StepSum<DotStep, T>.Run(default, g, x, Length);
                    Map(new NormalizeGradientStep(rstd, default, -rstd * rstd * rstd * dot / Length, 0), g, x, dx, Length);
                }
            }
        }
    }

    private readonly struct RmsNormWork(Tensor x, Tensor? weight, double eps, Tensor y, Tensor rstd) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => RmsNorm<T>(x, weight, eps, y, rstd);
    }

    private readonly struct RmsNormBackwardWork(Tensor x, Tensor? weight, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => RmsNormBackward<T>(x, weight, rstd, dy, dx, dweight);
    }
}
