using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    /// <summary>Runs of a channel shorter than this are gathered into one run first.</summary>
    private const int ShortRun = 16;

    public override bool TryBatchNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance)
    {
        if (x.Size(2) < ShortRun && x.Size(0) > 1)
        {
            Tensor rows = ByChannel(x), result = Tensor.EmptyLike(rows);
            TryBatchNorm(rows, weight, bias, eps, result, mean, variance);
            Copy(FromChannels(result, x), y);
        }
        else
        {
            ElementTypes.Floats(x.DType, new BatchNormWork(x, weight, bias, eps, y, mean, variance));
        }

        return true;
    }

    public override bool TryBatchNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias)
    {
        if (x.Size(2) < ShortRun && x.Size(0) > 1)
        {
            Tensor rows = ByChannel(x);
            Tensor? result = dx is null ? null : Tensor.EmptyLike(rows);
            TryBatchNormBackward(rows, weight, mean, variance, eps, ByChannel(dy), result, dweight, dbias);
            if (dx is not null)
            {
                Copy(FromChannels(result!, x), dx);
            }
        }
        else
        {
            ElementTypes.Floats(x.DType, new BatchNormBackwardWork(x, weight, mean, variance, eps, dy, dx, dweight, dbias));
        }

        return true;
    }

    /// <summary>[batch, channels, length] as [1, channels, batch · length].</summary>
    private static Tensor ByChannel(Tensor x) => x.Transpose(0, 1).Contiguous().View(1, x.Size(1), -1);

    private static Tensor FromChannels(Tensor rows, Tensor like) =>
        rows.View(like.Size(1), like.Size(0), like.Size(2)).Transpose(0, 1);

    private static void BatchNorm<T>(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), lw = LeaseOrNone<T>(weight), lb = LeaseOrNone<T>(bias), ly = new(y);
        using Lease<double> lm = new(mean), lv = new(variance);
        fixed (T* px = lx, pw = lw, pb = lb, py = ly)
        fixed (double* pm = lm, pv = lv)
        {
            ChannelRuns runs = new(x);
            BatchNormChannel<T> channel = new()
            {
                Runs = runs,
                X = px,
                Weight = pw,
                Bias = pb,
                Y = py,
                Mean = pm,
                Variance = pv,
                Eps = eps,
            };
            RowLoop.Run(channel, runs.Channels, runs.Count);
        }
    }

    private static void BatchNormBackward<T>(
        Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), lw = LeaseOrNone<T>(weight), ldy = new(dy);
        using Lease<T> ldx = LeaseOrNone<T>(dx), ldw = LeaseOrNone<T>(dweight), ldb = LeaseOrNone<T>(dbias);
        using Lease<double> lm = new(mean), lv = new(variance);
        fixed (T* px = lx, pw = lw, pdy = ldy, pdx = ldx, pdw = ldw, pdb = ldb)
        fixed (double* pm = lm, pv = lv)
        {
            ChannelRuns runs = new(x);
            BatchNormGradientChannel<T> channel = new()
            {
                Runs = runs,
                X = px,
                Weight = pw,
                Mean = pm,
                Variance = pv,
                DY = pdy,
                DX = pdx,
                DWeight = pdw,
                DBias = pdb,
                Eps = eps,
            };
            RowLoop.Run(channel, runs.Channels, runs.Count);
        }
    }

    /// <summary>The runs of elements that one channel has in each sample of the batch.</summary>
    private readonly struct ChannelRuns(Tensor x)
    {
        public readonly int Batch = x.Size(0);
        public readonly int Channels = x.Size(1);
        public readonly nint Length = x.Size(2);

        /// <summary>Elements of a channel.</summary>
        public long Count => Batch * (long)Length;

        public nint Start(int sample, long channel) => ((sample * (nint)Channels) + (nint)channel) * Length;
    }

    private struct BatchNormChannel<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public ChannelRuns Runs;
        public T* X;
        public T* Weight;
        public T* Bias;
        public T* Y;
        public double* Mean;
        public double* Variance;
        public double Eps;

        public readonly void Run(long channel)
        {
            double start = StartOf(X[Runs.Start(0, channel)]), sum = 0, squares = 0;
            for (int n = 0; n < Runs.Batch; n++)
            {
                sum += StepSum<DistanceStep, T>.Run(new(start), X + Runs.Start(n, channel), null, Runs.Length);
            }

            double exact = start + (sum / Runs.Count);
            LaneMean mean = LaneMean.Of<T>(exact);
            for (int n = 0; n < Runs.Batch; n++)
            {
                squares += StepSum<SquaredDistanceStep, T>.Run(new(mean.Value), X + Runs.Start(n, channel), null, Runs.Length);
            }

            double variance = Math.Max((squares / Runs.Count) - (mean.Rest * mean.Rest), 0), scale = 1 / Math.Sqrt(variance + Eps);
            Mean[channel] = exact;
            Variance[channel] = variance;
            scale *= Weight is null ? 1 : double.CreateTruncating(Weight[channel]);
            NormalizeStep step = new(mean, scale, Bias is null ? 0 : double.CreateTruncating(Bias[channel]));
            for (int n = 0; n < Runs.Batch; n++)
            {
                nint at = Runs.Start(n, channel);
                Map(step, X + at, null, Y + at, Runs.Length);
            }
        }
    }

    private struct BatchNormGradientChannel<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public ChannelRuns Runs;
        public T* X;
        public T* Weight;
        public double* Mean;
        public double* Variance;
        public T* DY;
        public T* DX;
        public T* DWeight;
        public T* DBias;
        public double Eps;

        public readonly void Run(long channel)
        {
            LaneMean mean = LaneMean.Of<T>(Mean[channel]);
            double sum = 0, dot = 0;
            for (int n = 0; n < Runs.Batch; n++)
            {
                nint start = Runs.Start(n, channel);
                sum += StepSum<ValueStep, T>.Run(default, DY + start, null, Runs.Length);
                dot += StepSum<CenteredDotStep, T>.Run(new(mean.Value), DY + start, X + start, Runs.Length);
            }

            dot -= mean.Rest * sum;
            double rstd = 1 / Math.Sqrt(Variance[channel] + Eps);
            if (DWeight is not null)
            {
                DWeight[channel] = T.CreateTruncating(dot * rstd);
            }

            if (DBias is not null)
            {
                DBias[channel] = T.CreateTruncating(sum);
            }

            if (DX is null)
            {
                return;
            }

            double scale = rstd * (Weight is null ? 1 : double.CreateTruncating(Weight[channel]));
            NormalizeGradientStep step = new(scale, mean, -scale * rstd * rstd * dot / Runs.Count, -scale * sum / Runs.Count);
            for (int n = 0; n < Runs.Batch; n++)
            {
                nint start = Runs.Start(n, channel);
                Map(step, DY + start, X + start, DX + start, Runs.Length);
            }
        }
    }

    private readonly struct BatchNormWork(
        Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => BatchNorm<T>(x, weight, bias, eps, y, mean, variance);
    }

    private readonly struct BatchNormBackwardWork(
        Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias)
        : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
                BatchNormBackward<T>(x, weight, mean, variance, eps, dy, dx, dweight, dbias);
    }
}
