using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void Uniform(Tensor y, double low, double high, Generator generator)
    {
        UniformBounds bounds = UniformBounds.Of(y.DType, low, high);
        if (y.DType == DType.Float64)
        {
            Generate<UniformDoubles, double>(new(low, high, bounds, generator.Reserve(Philox.Blocks64(y.Count))), y);
            return;
        }

        float steps = UniformBounds.Steps(y.DType);
        Generate<UniformFloats, float>(new((float)low, (float)high, bounds, steps, generator.Reserve(Philox.Blocks32(y.Count))), y);
    }

    public override void Normal(Tensor y, double mean, double std, Generator generator)
    {
        if (y.DType == DType.Float64)
        {
            Generate<NormalDoubles, double>(new(mean, std, generator.Reserve(Philox.Blocks64(y.Count))), y);
            return;
        }

        if (!y.DType.IsFloatingPoint())
        {
            throw DTypes.Unsupported(y.DType);
        }

        Generate<NormalFloats, float>(new((float)mean, (float)std, generator.Reserve(Philox.Blocks32(y.Count))), y);
    }

    public override void Integers(Tensor y, long low, long high, Generator generator)
    {
        (long, long)? ends = null;
        if (y.DType.IsFloatingPoint())
        {
            UniformBounds bounds = UniformBounds.Of(y.DType, low, high);
            ends = ((long)Math.Ceiling(bounds.Least), (long)Math.Floor(bounds.Greatest));
        }

        Generate<RandomIntegers, long>(new(low, high, ends, generator.Reserve(Philox.Blocks64(y.Count))), y);
    }

    public override bool TryBernoulli(Tensor y, double probability, Generator generator)
    {
        Generate<BernoulliBytes, byte>(new(probability, generator.Reserve(Philox.Blocks32(y.Count))), y);
        return true;
    }

    public override bool TryPermutation(Tensor y, Generator generator)
    {
        Tensor order = Tensor.Allocate(y.Layout, DType.Int64, y.Device);
        Sequence(order, 0, 1);
        using (Lease<long> lease = new(order))
        {
            // Fisher and Yates, with the high half of a 64 × 64 bit product as the index.
            Span<long> values = lease.Span;
            GeneratorState range = generator.Reserve(Philox.Blocks64(values.Length));
            Span<ulong> bits = stackalloc ulong[Philox.Group64 * 16];
            for (int i = values.Length - 1; i > 0; i--)
            {
                int drawn = values.Length - 1 - i;
                if (drawn % bits.Length == 0)
                {
                    Philox.Fill(bits, range, drawn);
                }

                int other = (int)Math.BigMul(bits[drawn % bits.Length], (ulong)(i + 1), out _);
                (values[i], values[other]) = (values[other], values[i]);
            }
        }

        Copy(order, y);

        return true;
    }

    public override bool TryMultinomial(Tensor weights, Tensor y, bool replacement, Generator generator)
    {
        int rows = weights.Size(0), choices = weights.Size(1), samples = y.Size(1);
        double[] numbers = new double[(long)rows * (replacement ? samples : choices)];
        Philox.Uniform(numbers, generator.Reserve(Philox.Blocks64(numbers.Length)), 0);
        double[] keys = new double[choices];
        long[] order = new long[choices];
        using Lease<double> from = new(weights);
        using Lease<long> to = new(y);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<double> probabilities = from.Span.Slice(row * choices, choices);
            Span<long> drawn = to.Span.Slice(row * samples, samples);
            if (replacement)
            {
                DrawWithReplacement(probabilities, numbers.AsSpan(row * samples, samples), keys, drawn);
                continue;
            }

            // Exponential clocks with the weights as rates: the first ones to ring are a sample without replacement.
            for (int i = 0; i < choices; i++)
            {
                keys[i] = -Math.Log(1.0 - numbers[(row * choices) + i]) / probabilities[i];
                keys[i] = probabilities[i] > 0 ? keys[i] : double.PositiveInfinity;
                order[i] = i;
            }

            Array.Sort(keys, order);
            order.AsSpan(0, samples).CopyTo(drawn);
        }

        return true;
    }

    public override void Sequence(Tensor y, Scalar start, Scalar step)
    {
        if (y.DType.IsFloatingPoint() || start.DType.IsFloatingPoint() || step.DType.IsFloatingPoint())
        {
            Generate<LinearDoubles, double>(new(start.ToDouble(), step.ToDouble()), y);
        }
        else
        {
            Generate<LinearIntegers, long>(new(start.ToInt64(), step.ToInt64()), y);
        }
    }

    public override bool TryInterpolate(Tensor y, double start, double end)
    {
        Generate<InterpolatedDoubles, double>(new(start, end, y.Count), y);
        return true;
    }

    private static void DrawWithReplacement(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> numbers, double[] sums,
        Span<long> drawn)
    {
        double sum = 0;
        int last = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            sum += probabilities[i];
            sums[i] = sum;
            last = probabilities[i] > 0 ? i : last;
        }

        for (int k = 0; k < drawn.Length; k++)
        {
            // The first sum above the number: never a choice of weight 0.
            double number = numbers[k] * sum;
            int low = 0, high = last;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = sums[middle] > number ? (low, middle) : (middle + 1, high);
            }

            drawn[k] = low;
        }
    }

    /// <summary>Fills a tensor of any layout and type, chunk by chunk.</summary>
    private static void Generate<TSource, T>(TSource source, Tensor y)
        where TSource : struct, IPositionFill<T>
        where T : unmanaged
    {
        bool direct = y.IsContiguous && (y.DType == DTypes.Of<T>() || (typeof(T) == typeof(byte) && y.DType == DType.Bool));
        Tensor target = direct ? y : Tensor.Allocate(y.Layout, DTypes.Of<T>(), y.Device);
        using (Lease<T> lease = new(target))
        {
            fixed (T* p = lease)
            {
                GenerateJob<TSource, T> job = new() { Source = source, Y = p, Count = y.Count };
                Workers.Run(checked((int)((y.Count + GenerateJob<TSource, T>.ChunkSize - 1) / GenerateJob<TSource, T>.ChunkSize)), in job);
            }
        }

        if (!direct)
        {
            y.Backend.Copy(target, y);
        }
    }

    private struct GenerateJob<TSource, T> : IJob
        where TSource : struct, IPositionFill<T>
        where T : unmanaged
    {
        /// <summary>A multiple of Philox's groups.</summary>
        public const int ChunkSize = 16384;

        public TSource Source;
        public T* Y;
        public long Count;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            long first = (long)chunk * ChunkSize;
            Source.Fill(new Span<T>(Y + first, (int)Math.Min(ChunkSize, Count - first)), first);
        }
    }
}
