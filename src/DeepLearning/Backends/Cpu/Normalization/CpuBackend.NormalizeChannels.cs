using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryNormalizeChannels(Tensor x, Tensor mean, Tensor scale, Tensor shift, Tensor y)
    {
        ElementTypes.Floats(x.DType, new NormalizeChannelsWork(x, mean, scale, shift, y));
        return true;
    }

    private static void NormalizeChannels<T>(Tensor x, Tensor mean, Tensor scale, Tensor shift, Tensor y)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), ly = new(y);
        using Lease<double> lm = new(mean), ls = new(scale), lh = new(shift);
        int channels = x.Size(1);
        nint length = x.Size(2);
        fixed (T* px = lx, py = ly)
        fixed (double* pm = lm, ps = ls, ph = lh)
        {
            if (length >= ShortRun)
            {
                EvaluatedRun<T> run = new() { X = px, Y = py, Mean = pm, Scale = ps, Shift = ph, Channels = channels, Length = length };
                RowLoop.Run(run, x.Size(0) * (long)channels, length);
                return;
            }

            // Channels change with every few elements: mean, scale and shift of each, for as many samples as fill a run.
            nint sample = channels * length, samples = (nint)Math.Clamp(ShortRun * 16 / sample, 1, x.Size(0));
            using Scratch<T> operands = new(3L * sample * samples);
            T* means = operands.Pointer, scales = means + (sample * samples), shifts = scales + (sample * samples);
            for (nint i = 0; i < sample * samples; i++)
            {
                nint channel = i % sample / length;
                LaneMean center = LaneMean.Of<T>(pm[channel]);
                means[i] = T.CreateTruncating(center.Value);
                scales[i] = T.CreateTruncating(ps[channel]);
                shifts[i] = T.CreateTruncating(ph[channel] - (center.Rest * ps[channel]));
            }

            EvaluatedSamples<T> rows = new()
            {
                X = px,
                Y = py,
                Means = means,
                Scales = scales,
                Shifts = shifts,
                Length = sample * samples,
                Count = (nint)x.Count,
            };
            RowLoop.Run(rows, (rows.Count + rows.Length - 1) / rows.Length, rows.Length);
        }
    }

    /// <summary>A channel of one sample.</summary>
    private struct EvaluatedRun<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public T* X;
        public T* Y;
        public double* Mean;
        public double* Scale;
        public double* Shift;
        public int Channels;
        public nint Length;

        public readonly void Run(long row)
        {
            long channel = row % Channels;
            nint start = (nint)row * Length;
            Map(new NormalizeStep(LaneMean.Of<T>(Mean[channel]), Scale[channel], Shift[channel]), X + start, null, Y + start, Length);
        }
    }

    /// <summary>A few whole samples, with operands as long as they are.</summary>
    private struct EvaluatedSamples<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public T* X;
        public T* Y;
        public T* Means;
        public T* Scales;
        public T* Shifts;
        public nint Length;
        public nint Count;

        public readonly void Run(long row)
        {
            nint start = (nint)row * Length;
            new ElementKernel<NormalizeEachStep, T>(default).Run(
                X + start, Means, Scales, Shifts, null, Y + start, Math.Min(Length, Count - start));
        }
    }

    private readonly struct NormalizeChannelsWork(Tensor x, Tensor mean, Tensor scale, Tensor shift, Tensor y) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => NormalizeChannels<T>(x, mean, scale, shift, y);
    }
}
