using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryGroupNorm(
        Tensor x, int groups, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance)
    {
        ElementTypes.Floats(x.DType, new GroupNormWork(x, groups, weight, bias, eps, y, mean, variance));
        return true;
    }

    public override bool TryGroupNormBackward(
        Tensor x, int groups, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight,
        Tensor? dbias)
    {
        ElementTypes.Floats(x.DType, new GroupNormBackwardWork(x, groups, weight, mean, variance, eps, dy, dx, dweight, dbias));
        return true;
    }

    private static void GroupNorm<T>(
        Tensor x, int groups, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), lw = LeaseOrNone<T>(weight), lb = LeaseOrNone<T>(bias), ly = new(y);
        using Lease<double> lm = new(mean), lv = new(variance);
        GroupRuns runs = new(x, groups);
        bool spreads = runs.IsShort && (weight ?? bias) is not null;
        using Scratch<T> affine = new(spreads ? 2L * runs.Sample : 1);
        fixed (T* px = lx, pw = lw, pb = lb, py = ly)
        fixed (double* pm = lm, pv = lv)
        {
            GroupNormRow<T> row = new() { Runs = runs, X = px, Weight = pw, Bias = pb, Y = py, Mean = pm, Variance = pv, Eps = eps };
            if (spreads)
            {
                row.EachWeight = Spread(pw, T.One, affine.Pointer, runs);
                row.EachBias = Spread(pb, T.Zero, affine.Pointer + runs.Sample, runs);
            }

            RowLoop.Run(row, runs.Rows, runs.Count);
        }
    }

    private static void GroupNormBackward<T>(
        Tensor x, int groups, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight,
        Tensor? dbias)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), lw = LeaseOrNone<T>(weight), ldy = new(dy);
        using Lease<T> ldx = LeaseOrNone<T>(dx), ldw = LeaseOrNone<T>(dweight), ldb = LeaseOrNone<T>(dbias);
        using Lease<double> lm = new(mean), lv = new(variance);
        GroupRuns runs = new(x, groups);
        using Scratch<T> affine = new(runs.IsShort ? 3L * runs.Sample : 1);
        using Scratch<double> sums = new(runs.IsShort ? 1 : 2L * runs.Batch * runs.Channels);
        fixed (T* px = lx, pw = lw, pdy = ldy, pdx = ldx, pdw = ldw, pdb = ldb)
        fixed (double* pm = lm, pv = lv)
        {
            GroupNormGradientRow<T> row = new()
            {
                Runs = runs,
                X = px,
                Weight = pw,
                Mean = pm,
                Variance = pv,
                DY = pdy,
                DX = pdx,
                Eps = eps,
            };
            if (!runs.IsShort)
            {
                row.Sums = sums.Pointer;
                row.Dots = sums.Pointer + ((nint)runs.Batch * runs.Channels);
                RowLoop.Run(row, runs.Rows, runs.Count);
                AddSamples(row.Dots, pdw, runs);
                AddSamples(row.Sums, pdb, runs);
                return;
            }

            if (pdx is not null)
            {
                row.EachWeight = pw is null ? null : Spread(pw, T.One, affine.Pointer, runs);
                RowLoop.Run(row, runs.Rows, runs.Count);
            }

            if (pdw is not null || pdb is not null)
            {
                GroupNormWeightJob<T> job = new()
                {
                    Runs = runs,
                    X = px,
                    Mean = pm,
                    Variance = pv,
                    DY = pdy,
                    DWeight = pdw,
                    DBias = pdb,
                    EachWeight = affine.Pointer + runs.Sample,
                    EachBias = affine.Pointer + (2 * runs.Sample),
                    Eps = eps,
                };
                Workers.Run(groups, job);
            }
        }
    }

    /// <summary>One number for each element of a sample, from one for each channel.</summary>
    private static T* Spread<T>(T* channels, T otherwise, T* each, in GroupRuns runs)
        where T : unmanaged
    {
        for (nint channel = 0; channel < runs.Channels; channel++)
        {
            new Span<T>(each + (channel * runs.Length), (int)runs.Length).Fill(channels is null ? otherwise : channels[channel]);
        }

        return each;
    }

    /// <summary>The sum over the samples of what each channel of each has.</summary>
    private static void AddSamples<T>(double* each, T* channels, in GroupRuns runs)
        where T : unmanaged, INumber<T>
    {
        for (nint channel = 0; channels is not null && channel < runs.Channels; channel++)
        {
            double sum = 0;
            for (nint n = 0; n < runs.Batch; n++)
            {
                sum += each[(n * runs.Channels) + channel];
            }

            channels[channel] = T.CreateTruncating(sum);
        }
    }

    /// <summary>The groups of channels of each sample: a row for each, of neighboring elements.</summary>
    private readonly struct GroupRuns(Tensor x, int groups)
    {
        public readonly int Batch = x.Size(0);
        public readonly int Channels = x.Size(1);
        public readonly int Groups = groups;
        public readonly nint Length = x.Size(2);

        /// <summary>Channels of a group.</summary>
        public int Members => Channels / Groups;

        /// <summary>Elements of a group.</summary>
        public nint Count => Members * Length;

        /// <summary>Elements of a sample.</summary>
        public nint Sample => Channels * Length;

        public long Rows => Batch * (long)Groups;

        /// <summary>Whether the runs of a channel are so short that its weight is better an operand than a number.</summary>
        public bool IsShort => Length < ShortRun;
    }

    private struct GroupNormRow<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public GroupRuns Runs;
        public T* X;
        public T* Weight;
        public T* Bias;
        public T* EachWeight;
        public T* EachBias;
        public T* Y;
        public double* Mean;
        public double* Variance;
        public double Eps;

        public readonly void Run(long row)
        {
            nint count = Runs.Count, length = Runs.Length, group = (nint)(row % Runs.Groups);
            T* x = X + ((nint)row * count), y = Y + ((nint)row * count);
            double start = StartOf(*x), exact = start + (StepSum<DistanceStep, T>.Run(new(start), x, null, count) / count);
            LaneMean mean = LaneMean.Of<T>(exact);
            double squares = StepSum<SquaredDistanceStep, T>.Run(new(mean.Value), x, null, count) / count;
            double variance = Math.Max(squares - (mean.Rest * mean.Rest), 0), rstd = 1 / Math.Sqrt(variance + Eps);
            Mean[row] = exact;
            Variance[row] = variance;
            if (Weight is null && Bias is null)
            {
                Map(new NormalizeStep(mean, rstd, 0), x, null, y, count);
                return;
            }

            if (EachWeight is not null)
            {
                nint at = group * count;
                new ElementKernel<NormalizeAffineStep, T>(new(mean, rstd)).Run(x, EachWeight + at, EachBias + at, null, null, y, count);
                return;
            }

            for (int member = 0; member < Runs.Members; member++)
            {
                nint channel = (group * Runs.Members) + member, at = member * length;
                double scale = Weight is null ? rstd : rstd * double.CreateTruncating(Weight[channel]);
                double shift = Bias is null ? 0 : double.CreateTruncating(Bias[channel]);
                Map(new NormalizeStep(mean, scale, shift), x + at, null, y + at, length);
            }
        }
    }

    private struct GroupNormGradientRow<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public GroupRuns Runs;
        public T* X;
        public T* Weight;
        public T* EachWeight;
        public double* Mean;
        public double* Variance;
        public T* DY;
        public T* DX;
        public double* Sums;
        public double* Dots;
        public double Eps;

        public readonly void Run(long row)
        {
            LaneMean mean = LaneMean.Of<T>(Mean[row]);
            double rstd = 1 / Math.Sqrt(Variance[row] + Eps);
            if (Sums is null)
            {
                RunShort(row, mean, rstd);
                return;
            }

            nint count = Runs.Count, length = Runs.Length, start = (nint)row * count, first = (nint)(row % Runs.Groups) * Runs.Members;
            nint place = (nint)row * Runs.Members;
            double sum = 0, dot = 0;
            for (int member = 0; member < Runs.Members; member++)
            {
                nint at = start + (member * length);
                double own = StepSum<ValueStep, T>.Run(default, DY + at, null, length);
                double product = StepSum<CenteredDotStep, T>.Run(new(mean.Value), DY + at, X + at, length) - (mean.Rest * own);
                Sums[place + member] = own;
                Dots[place + member] = product * rstd;
                double weight = Weight is null ? 1 : double.CreateTruncating(Weight[first + member]);
                sum += weight * own;
                dot += weight * product;
            }

            for (int member = 0; DX is not null && member < Runs.Members; member++)
            {
                nint at = start + (member * length);
                double scale = Weight is null ? rstd : rstd * double.CreateTruncating(Weight[first + member]);
                Map(Step(scale, mean, rstd, sum, dot, count), DY + at, X + at, DX + at, length);
            }
        }

        private readonly void RunShort(long row, LaneMean mean, double rstd)
        {
            nint count = Runs.Count, start = (nint)row * count;
            T* x = X + start, g = DY + start, dx = DX + start;
            if (EachWeight is not null)
            {
                Map(default(DotStep), g, EachWeight + ((nint)(row % Runs.Groups) * count), dx, count);
                g = dx;
            }

            double sum = StepSum<ValueStep, T>.Run(default, g, null, count);
            double dot = StepSum<CenteredDotStep, T>.Run(new(mean.Value), g, x, count) - (mean.Rest * sum);
            Map(Step(rstd, mean, rstd, sum, dot, count), g, x, dx, count);
        }

        private static NormalizeGradientStep Step(double scale, LaneMean mean, double rstd, double sum, double dot, nint count) =>
            new(scale, mean, -rstd * rstd * rstd * dot / count, -rstd * sum / count);
    }

    /// <summary>
    /// The gradients of weight and bias where the runs of a channel are short. A chunk is a group, summed over the samples.
    /// </summary>
    private struct GroupNormWeightJob<T> : IJob
        where T : unmanaged, INumber<T>
    {
        public GroupRuns Runs;
        public T* X;
        public double* Mean;
        public double* Variance;
        public T* DY;
        public T* DWeight;
        public T* DBias;
        public T* EachWeight;
        public T* EachBias;
        public double Eps;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            nint count = Runs.Count, at = chunk * count;
            T* weight = EachWeight + at, bias = EachBias + at;
            new Span<T>(weight, (int)count).Clear();
            new Span<T>(bias, (int)count).Clear();
            for (int n = 0; n < Runs.Batch; n++)
            {
                nint row = ((nint)n * Runs.Groups) + chunk;
                WeightGradientStep step = new(LaneMean.Of<T>(Mean[row]), 1 / Math.Sqrt(Variance[row] + Eps));
                new ElementKernel<WeightGradientStep, T>(step).Run(
                    weight, DY + (row * count), X + (row * count), null, null, weight, count);
                Map(default(TotalStep), bias, DY + (row * count), bias, count);
            }

            for (int member = 0; member < Runs.Members; member++)
            {
                nint channel = ((nint)chunk * Runs.Members) + member;
                AddRun(weight + (member * Runs.Length), DWeight, channel);
                AddRun(bias + (member * Runs.Length), DBias, channel);
            }
        }

        private readonly void AddRun(T* run, T* channels, nint channel)
        {
            double sum = 0;
            for (nint i = 0; channels is not null && i < Runs.Length; i++)
            {
                sum += double.CreateTruncating(run[i]);
            }

            if (channels is not null)
            {
                channels[channel] = T.CreateTruncating(sum);
            }
        }
    }

    private readonly struct GroupNormWork(
        Tensor x, int groups, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => GroupNorm<T>(x, groups, weight, bias, eps, y, mean, variance);
    }

    private readonly struct GroupNormBackwardWork(
        Tensor x, int groups, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight,
        Tensor? dbias) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
                GroupNormBackward<T>(x, groups, weight, mean, variance, eps, dy, dx, dweight, dbias);
    }
}
