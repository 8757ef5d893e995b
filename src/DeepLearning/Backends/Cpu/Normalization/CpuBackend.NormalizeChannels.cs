using System.Numerics;
using System.Numerics.Tensors;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryNormalizeChannels(
        Tensor x, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, double eps, Tensor y)
    {
        int channels = x.Size(1);
        using Scratch<double> figures = new(3L * channels);
        double* means = figures.Pointer, scales = means + channels, shifts = scales + channels;
        Widen(mean, means);
        Widen(variance, scales);
        for (int channel = 0; channel < channels; channel++)
        {
            scales[channel] = 1 / Math.Sqrt(scales[channel] + eps);
        }

        if (weight is not null)
        {
            Widen(weight, shifts);
            for (int channel = 0; channel < channels; channel++)
            {
                scales[channel] *= shifts[channel];
            }
        }

        if (bias is not null)
        {
            Widen(bias, shifts);
        }
        else
        {
            new Span<double>(shifts, channels).Clear();
        }

        ElementTypes.Floats(x.DType, new NormalizeChannelsWork(x, means, scales, shifts, y));
        return true;
    }

    /// <summary>The numbers of a contiguous tensor of float32 or float64.</summary>
    private static void Widen(Tensor x, double* to)
    {
        Span<double> numbers = new(to, (int)x.Count);
        if (x.DType == DType.Float64)
        {
            using Lease<double> wide = new(x);
            wide.Span.CopyTo(numbers);
            return;
        }

        using Lease<float> narrow = new(x);
        TensorPrimitives.ConvertTruncating<float, double>(narrow.Span, numbers);
    }

    private static void NormalizeChannels<T>(Tensor x, double* mean, double* scale, double* shift, Tensor y)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), ly = new(y);
        int channels = x.Size(1);
        nint length = x.Size(2);
        fixed (T* px = lx, py = ly)
        {
            if (length >= ShortRun)
            {
                EvaluatedRun<T> run = new()
                {
                    X = px,
                    Y = py,
                    Mean = mean,
                    Scale = scale,
                    Shift = shift,
                    Channels = channels,
                    Length = length,
                };
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
                LaneMean center = LaneMean.Of<T>(mean[channel]);
                means[i] = T.CreateTruncating(center.Value);
                scales[i] = T.CreateTruncating(scale[channel]);
                shifts[i] = T.CreateTruncating(shift[channel] - (center.Rest * scale[channel]));
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

    private readonly struct NormalizeChannelsWork(Tensor x, double* mean, double* scale, double* shift, Tensor y) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => NormalizeChannels<T>(x, mean, scale, shift, y);
    }
}
