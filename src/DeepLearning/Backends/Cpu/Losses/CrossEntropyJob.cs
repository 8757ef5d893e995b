using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Cross-entropy of rows of logits against classes, or its gradient where <see cref="Dx"/> is set: a row is read twice while it is in the
/// first-level cache, and no probabilities are stored. All operands are contiguous.
/// </summary>
internal unsafe struct CrossEntropyJob<T> : IJob
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int ChunkWork = 16384;

    /// <summary>One 512-bit vector.</summary>
    private static int Lanes => 64 / sizeof(T);

    private readonly int _rows;
    private readonly int _classes;
    private readonly int _chunkRows;
    private readonly long _ignoreIndex;
    private readonly T _smoothing;

    public CrossEntropyJob(int rows, int classes, long ignoreIndex, double smoothing)
    {
        _rows = rows;
        _classes = classes;
        _ignoreIndex = ignoreIndex;
        _smoothing = T.CreateTruncating(smoothing);
        _chunkRows = Math.Max(1, ChunkWork / Math.Max(classes, 1));
    }

    public T* X;
    public long* Target;
    public T* Weight;
    public T WeightSum;
    public T* Losses;
    public T* LogSums;
    public T* RowWeights;
    public T* Gradient;
    public long GradientStride;
    public T* Dx;

    public readonly int Chunks => (_rows + _chunkRows - 1) / _chunkRows;

    public readonly T SumOfWeights()
    {
        T sum = T.CreateTruncating(_classes);
        if (Weight != null)
        {
            sum = T.Zero;
            for (int c = 0; c < _classes; c++)
            {
                sum += Weight[c];
            }
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        int first = chunk * _chunkRows;
        Rows rows = new(this, first, Math.Min(_rows, first + _chunkRows));
        Widest.Run<Rows, T>(ref rows);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Run<V>(int row)
        where V : struct, ILanes<V, T>
    {
        long target = Target[row];
        if (target != _ignoreIndex && (ulong)target >= (ulong)_classes)
        {
            throw Backend.NoClass("CrossEntropy", target, row, _classes, _ignoreIndex);
        }

        if (Dx == null)
        {
            Forward<V>(row, target);
        }
        else
        {
            Backward<V>(row, target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Forward<V>(int row, long target)
        where V : struct, ILanes<V, T>
    {
        T* x = X + ((long)row * _classes);
        T logSum = LogSum<V>(x, out T peak);
        LogSums[row] = peak;
        LogSums[_rows + row] = logSum;
        if (target == _ignoreIndex)
        {
            Losses[row] = RowWeights[row] = T.Zero;
            return;
        }

        T weight = Weight == null ? T.One : Weight[target];
        RowWeights[row] = weight;
        T loss = Weighed(weight, logSum + (peak - x[target]));
        if (_smoothing != T.Zero)
        {
            T all = T.Zero;
            for (int c = 0; c < _classes; c++)
            {
                all += Weighed(Weight == null ? T.One : Weight[c], logSum + (peak - x[c]));
            }

            loss = ((T.One - _smoothing) * loss) + (_smoothing / T.CreateTruncating(_classes) * all);
        }

        Losses[row] = loss;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Backward<V>(int row, long target)
        where V : struct, ILanes<V, T>
    {
        T* dx = Dx + ((long)row * _classes);
        if (target == _ignoreIndex)
        {
            new Span<T>(dx, _classes).Clear();
            return;
        }

        T gradient = Gradient[row * GradientStride];
        T own = gradient * (T.One - _smoothing) * (Weight == null ? T.One : Weight[target]);
        T each = gradient * _smoothing / T.CreateTruncating(_classes);
        Probabilities<V>(X + ((long)row * _classes), LogSums[row], LogSums[_rows + row], own + (each * WeightSum), dx);
        if (_smoothing != T.Zero)
        {
            for (int c = 0; c < _classes; c++)
            {
                dx[c] -= each * (Weight == null ? T.One : Weight[c]);
            }
        }

        dx[target] -= own;
    }

    /// <summary>A weight of 0 leaves out an infinite surprise, too.</summary>
    private static T Weighed(T weight, T surprise) => T.IsZero(weight) && T.IsInfinity(surprise) ? T.Zero : weight * surprise;

    /// <summary>y = scale · exp(x − peak − logSum)</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Probabilities<V>(T* x, T peak, T logSum, T scale, T* y)
        where V : struct, ILanes<V, T>
    {
        V high = V.Create(peak), rest = V.Create(logSum), factor = V.Create(scale);
        int i = 0;
        for (; i <= _classes - V.Width; i += V.Width)
        {
            (V.Exp(V.Load(ref x[i], 0) - high - rest) * factor).Store(ref y[i], 0);
        }

        if (i < _classes)
        {
            T* padded = stackalloc T[V.Width];
            (V.Exp(Rest<V>(x, i, padded) - high - rest) * factor).Store(ref *padded, 0);
            Unsafe.CopyBlockUnaligned(y + i, padded, (uint)((_classes - i) * sizeof(T)));
        }
    }

    /// <summary>
    /// The greatest element, and log Σ exp(x − peak). Class c is summed in virtual lane c mod <see cref="Lanes"/>, and lanes are combined
    /// by halves: the bits do not depend on the width of the vectors.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly T LogSum<V>(T* x, out T peak)
        where V : struct, ILanes<V, T>
    {
        int lanes = Lanes;
        T* totals = stackalloc T[lanes];
        int whole = _classes - (_classes % V.Width);
        V most = whole < _classes ? Rest<V>(x, whole, totals) : V.Create(T.NegativeInfinity);
        for (int i = 0; i < whole; i += V.Width)
        {
            V next = V.Load(ref x[i], 0);
            most = V.Select(V.Less(most, next), next, most);
        }

        // A NaN that loses here still makes the sum NaN.
        most.Store(ref *totals, 0);
        T max = totals[0];
        for (int i = 1; i < V.Width; i++)
        {
            max = totals[i] > max ? totals[i] : max;
        }

        V shift = V.Create(max);
        for (int lane = 0; lane < lanes; lane += V.Width)
        {
            V sum = V.Create(T.Zero);
            int i = lane;
            for (; i < whole; i += lanes)
            {
                sum += V.Exp(V.Load(ref x[i], 0) - shift);
            }

            if (i < _classes)
            {
                sum += V.Exp(Rest<V>(x, i, totals + lane) - shift);
            }

            sum.Store(ref *totals, (nuint)lane);
        }

        // In double, so that what little a nearly certain row lacks is not lost beside the 1 of its peak.
        double* sums = stackalloc double[lanes];
        for (int i = 0; i < lanes; i++)
        {
            sums[i] = double.CreateTruncating(totals[i]);
        }

        for (int half = lanes / 2; half > 0; half >>= 1)
        {
            for (int i = 0; i < half; i++)
            {
                sums[i] += sums[i + half];
            }
        }

        peak = max;
        return T.CreateTruncating(Math.Log(*sums));
    }

    /// <summary>The elements from a position to the end of the row, and −∞ after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly V Rest<V>(T* x, int start, T* padded)
        where V : struct, ILanes<V, T>
    {
        V.Create(T.NegativeInfinity).Store(ref *padded, 0);
        Unsafe.CopyBlockUnaligned(padded, x + start, (uint)((_classes - start) * sizeof(T)));
        return V.Load(ref *padded, 0);
    }

    private readonly struct Rows(CrossEntropyJob<T> job, int first, int end) : IVectorWork<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T>
        {
            for (int row = first; row < end; row++)
            {
                job.Run<V>(row);
            }
        }
    }
}
