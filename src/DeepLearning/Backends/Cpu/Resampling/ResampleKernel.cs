using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A block of rows of one plane, resampled along both axes, the one that leaves less for the other first. Along rows every output is summed
/// by itself; down the columns whole rows are.
/// </summary>
internal unsafe struct ResampleKernel<T> : IRowKernel
    where T : unmanaged, INumber<T>
{
    /// <summary>Elements of a block: enough for a thread, few enough for its cache.</summary>
    private const int BlockSize = 16384;

    /// <summary>A step along a row takes about as long as that many of a vector's down the columns.</summary>
    private const long StepAcross = 4;

    private readonly ResampleAxis _vertical;
    private readonly ResampleAxis _horizontal;
    private readonly int _blockRows;
    private readonly bool _downFirst;

    public ResampleKernel(ResampleAxis vertical, ResampleAxis horizontal)
    {
        _vertical = vertical;
        _horizontal = horizontal;
        _blockRows = Math.Clamp(BlockSize / horizontal.Outputs, 1, vertical.Outputs);
        Blocks = (vertical.Outputs + _blockRows - 1) / _blockRows;
        long across = StepAcross * horizontal.Taps * horizontal.Outputs;
        long acrossFirst = (vertical.Source * across) + ((long)vertical.Outputs * vertical.Taps * horizontal.Outputs);
        long downFirst = (vertical.Outputs * across) + ((long)vertical.Outputs * vertical.Taps * horizontal.Source);
        _downFirst = downFirst <= acrossFirst;
    }

    /// <summary>The source, [planes, height, width].</summary>
    public T* X;

    /// <summary>The result.</summary>
    public T* Y;

    /// <summary>The weights of the columns, [outputs, taps].</summary>
    public T* Down;

    /// <summary>The weights of the rows, [outputs, taps].</summary>
    public T* Across;

    /// <summary>The blocks of a plane.</summary>
    public readonly int Blocks { get; }

    /// <summary>The elements of a block.</summary>
    public readonly long BlockElements => (long)_blockRows * Math.Max(_horizontal.Outputs, _horizontal.Source);

    public readonly void Run(long row)
    {
        (long plane, long block) = Math.DivRem(row, Blocks);
        int width = _horizontal.Source, columns = _horizontal.Outputs;
        T* x = X + (plane * _vertical.Source * width), y = Y + (plane * _vertical.Outputs * columns);
        int start = (int)block * _blockRows, end = Math.Min(start + _blockRows, _vertical.Outputs);
        if (_vertical.IsSame)
        {
            for (int i = start; i < end; i++)
            {
                AlongRow(x + ((long)i * width), y + ((long)i * columns));
            }
        }
        else if (_horizontal.IsSame)
        {
            for (int i = start; i < end; i++)
            {
                DownColumns(x, width, i, y + ((long)i * width));
            }
        }
        else if (_downFirst)
        {
            T* line = ResampleScratch.Buffer.Get<T>(width);
            for (int i = start; i < end; i++)
            {
                DownColumns(x, width, i, line);
                AlongRow(line, y + ((long)i * columns));
            }
        }
        else
        {
            AcrossFirst(x, y, start, end);
        }
    }

    private readonly void AcrossFirst(T* x, T* y, int start, int end)
    {
        // Every source row that an output of the block needs, resampled once.
        int width = _horizontal.Source, columns = _horizontal.Outputs;
        int first = _vertical.First[start], last = _vertical.First[end - 1] + _vertical.Counts[end - 1];
        T* lines = ResampleScratch.Buffer.Get<T>((long)Math.Max(last - first, 1) * columns);
        for (int r = first; r < last; r++)
        {
            AlongRow(x + ((long)r * width), lines + ((long)(r - first) * columns));
        }

        for (int i = start; i < end; i++)
        {
            DownColumns(lines - ((long)first * columns), columns, i, y + ((long)i * columns));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void AlongRow(T* x, T* y)
    {
        int taps = _horizontal.Taps;
        T* weights = Across;
        ReadOnlySpan<int> first = _horizontal.First, counts = _horizontal.Counts;
        for (int j = 0; j < first.Length; j++, weights += taps)
        {
            T* at = x + first[j];
            switch (counts[j])
            {
                case 0: y[j] = T.Zero; break;
                case 1: y[j] = at[0] * weights[0]; break;
                case 2: y[j] = (at[0] * weights[0]) + (at[1] * weights[1]); break;
                case 3: y[j] = (at[0] * weights[0]) + (at[1] * weights[1]) + (at[2] * weights[2]); break;
                case 4: y[j] = (at[0] * weights[0]) + (at[1] * weights[1]) + (at[2] * weights[2]) + (at[3] * weights[3]); break;
                default: y[j] = Sum(at, weights, counts[j]); break;
            }
        }
    }

    private static T Sum(T* x, T* weights, int count)
    {
        T sum = T.Zero;
        for (int k = 0; k < count; k++)
        {
            sum += x[k] * weights[k];
        }

        return sum;
    }

    private readonly void DownColumns(T* x, int width, int output, T* y)
    {
        int count = _vertical.Counts[output], k = Math.Min(count, 2);
        T* weights = Down + ((long)output * _vertical.Taps), row = x + ((long)_vertical.First[output] * width);
        switch (k)
        {
            case 0: new Span<T>(y, width).Clear(); break;
            case 1: Scaled(row, weights[0], y, width); break;
            default: SumOfTwo(row, weights[0], row + width, weights[1], y, width); break;
        }

        for (; k < count; k++)
        {
            AddScaled(row + ((long)k * width), weights[k], y, width);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Scaled(T* a, T weight, T* y, int length)
    {
        Vector<T> w = new(weight);
        int j = 0;
        for (; j <= length - Vector<T>.Count; j += Vector<T>.Count)
        {
            (Vector.Load(a + j) * w).Store(y + j);
        }

        for (; j < length; j++)
        {
            y[j] = a[j] * weight;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SumOfTwo(T* a, T first, T* b, T second, T* y, int length)
    {
        Vector<T> v = new(first), w = new(second);
        int j = 0;
        for (; j <= length - Vector<T>.Count; j += Vector<T>.Count)
        {
            ((Vector.Load(a + j) * v) + (Vector.Load(b + j) * w)).Store(y + j);
        }

        for (; j < length; j++)
        {
            y[j] = (a[j] * first) + (b[j] * second);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddScaled(T* a, T weight, T* y, int length)
    {
        Vector<T> w = new(weight);
        int j = 0;
        for (; j <= length - Vector<T>.Count; j += Vector<T>.Count)
        {
            (Vector.Load(y + j) + (Vector.Load(a + j) * w)).Store(y + j);
        }

        for (; j < length; j++)
        {
            y[j] += a[j] * weight;
        }
    }
}

/// <summary>A thread's memory for rows between the two axes.</summary>
internal static class ResampleScratch
{
    [ThreadStatic]
    private static NativeBuffer? t_buffer;

    public static NativeBuffer Buffer => t_buffer ??= new NativeBuffer();
}
