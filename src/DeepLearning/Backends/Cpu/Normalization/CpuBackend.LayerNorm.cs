using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryLayerNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor rstd)
    {
        ElementTypes.Floats(x.DType, new LayerNormWork(x, weight, bias, eps, y, mean, rstd));
        return true;
    }

    public override bool TryLayerNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias)
    {
        ElementTypes.Floats(x.DType, new LayerNormBackwardWork(x, weight, mean, rstd, dy, dx, dweight));

        if (dbias is not null)
        {
            Reduce(default(SumOp), dy, 1, dbias, dbias.DType);
        }

        return true;
    }

    private static void LayerNorm<T>(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor rstd)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), lw = LeaseOrNone<T>(weight), lb = LeaseOrNone<T>(bias), ly = new(y), lr = new(rstd);
        using Lease<double> lm = new(mean);
        fixed (T* px = lx, pw = lw, pb = lb, py = ly, pr = lr)
        fixed (double* pm = lm)
        {
            int length = x.Size(1);
            LayerNormRow<T> row = new() { X = px, Weight = pw, Bias = pb, Y = py, Mean = pm, Rstd = pr, Length = length, Eps = eps };
            RowLoop.Run(row, x.Size(0), length);
        }
    }

    private static void LayerNormBackward<T>(Tensor x, Tensor? weight, Tensor mean, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight)
        where T : unmanaged, INumber<T>
    {
        int rows = x.Size(0), length = x.Size(1);
        using Lease<T> lx = new(x), lw = LeaseOrNone<T>(weight), lr = new(rstd), ldy = new(dy);
        using Lease<T> ldx = LeaseOrNone<T>(dx), ldw = LeaseOrNone<T>(dweight);
        using Lease<double> lm = new(mean);
        fixed (T* px = lx, pw = lw, pr = lr, pdy = ldy, pdx = ldx, pdw = ldw)
        fixed (double* pm = lm)
        {
            if (dx is not null)
            {
                LayerNormInputRow<T> row = new() { X = px, Weight = pw, Mean = pm, Rstd = pr, DY = pdy, DX = pdx, Length = length };
                RowLoop.Run(row, rows, length);
            }

            if (dweight is not null)
            {
                LayerNormWeightJob<T> job = new() { X = px, Mean = pm, Rstd = pr, DY = pdy, DWeight = pdw, Rows = rows, Length = length };
                Workers.Run((length + LayerNormWeightJob<T>.Columns - 1) / LayerNormWeightJob<T>.Columns, job);
            }
        }
    }

    /// <summary>Where a sum of distances starts: one of the numbers, for all may lie far from 0.</summary>
    private static double StartOf<T>(T first)
        where T : unmanaged, INumber<T> => T.IsFinite(first) ? double.CreateTruncating(first) : 0;

    private static Lease<T> LeaseOrNone<T>(Tensor? tensor)
        where T : unmanaged => tensor is null ? default : new(tensor);

    private struct LayerNormRow<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public T* X;
        public T* Weight;
        public T* Bias;
        public T* Y;
        public double* Mean;
        public T* Rstd;
        public nint Length;
        public double Eps;

        public readonly void Run(long row)
        {
            T* x = X + ((nint)row * Length), y = Y + ((nint)row * Length);
            double start = StartOf(*x), exact = start + (StepSum<DistanceStep, T>.Run(new(start), x, null, Length) / Length);
            LaneMean mean = LaneMean.Of<T>(exact);
            double squares = StepSum<SquaredDistanceStep, T>.Run(new(mean.Value), x, null, Length) / Length;
            double rstd = 1 / Math.Sqrt(Math.Max(squares - (mean.Rest * mean.Rest), 0) + Eps);
            Mean[row] = exact;
            Rstd[row] = T.CreateTruncating(rstd);
            if (Weight is null && Bias is null)
            {
                Map(new NormalizeStep(mean, rstd, 0), x, null, y, Length);
            }
            else if (Weight is null)
            {
                Map(new NormalizeBiasStep(mean, rstd), x, Bias, y, Length);
            }
            else if (Bias is null)
            {
                Map(new NormalizeWeightStep(mean, rstd), x, Weight, y, Length);
            }
            else
            {
                new ElementKernel<NormalizeAffineStep, T>(new(mean, rstd)).Run(x, Weight, Bias, null, null, y, Length);
            }
        }
    }

    private struct LayerNormInputRow<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public T* X;
        public T* Weight;
        public double* Mean;
        public T* Rstd;
        public T* DY;
        public T* DX;
        public nint Length;

        public readonly void Run(long row)
        {
            nint start = (nint)row * Length;
            T* x = X + start, g = DY + start, dx = DX + start;
            LaneMean mean = LaneMean.Of<T>(Mean[row]);
            double rstd = double.CreateTruncating(Rstd[row]);
            if (Weight is not null)
            {
                Map(default(DotStep), g, Weight, dx, Length);
                g = dx;
            }

            double sum = StepSum<ValueStep, T>.Run(default, g, null, Length);
            double dot = StepSum<CenteredDotStep, T>.Run(new(mean.Value), g, x, Length) - (mean.Rest * sum);
            Map(new NormalizeGradientStep(rstd, mean, -rstd * rstd * rstd * dot / Length, -rstd * sum / Length), g, x, dx, Length);
        }
    }

    /// <summary>A chunk is a stretch of columns, summed over all rows in order.</summary>
    private struct LayerNormWeightJob<T> : IJob
        where T : unmanaged, INumber<T>
    {
        public const int Columns = 256;

        public T* X;
        public double* Mean;
        public T* Rstd;
        public T* DY;
        public T* DWeight;
        public int Rows;
        public int Length;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            nint start = (nint)chunk * Columns, count = Math.Min(Columns, Length - start);
            T* sum = DWeight + start;
            new Span<T>(sum, (int)count).Clear();
            for (int row = 0; row < Rows; row++)
            {
                nint offset = ((nint)row * Length) + start;
                WeightGradientStep step = new(LaneMean.Of<T>(Mean[row]), double.CreateTruncating(Rstd[row]));
                new ElementKernel<WeightGradientStep, T>(step).Run(sum, DY + offset, X + offset, null, null, sum, count);
            }
        }
    }

    private readonly struct LayerNormWork(
        Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor rstd) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => LayerNorm<T>(x, weight, bias, eps, y, mean, rstd);
    }

    private readonly struct LayerNormBackwardWork(
        Tensor x, Tensor? weight, Tensor mean, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => LayerNormBackward<T>(x, weight, mean, rstd, dy, dx, dweight);
    }
}
