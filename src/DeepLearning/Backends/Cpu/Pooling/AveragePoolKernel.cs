using System.Numerics;
using System.Numerics.Tensors;

namespace DeepLearning.Backends.Cpu;

/// <summary>The means of one channel's windows: the rows of a window are added up first, then the columns of that sum.</summary>
internal unsafe struct AveragePoolKernel<T> : IRowKernel
    where T : unmanaged, INumber<T>
{
    public PoolWindows Windows;

    /// <summary>What sums are divided by; their count for 0.</summary>
    public int Divisor;
    public T* X;
    public T* Y;

    public readonly void Run(long row)
    {
        (PoolAxis depth, PoolAxis vertical, PoolAxis horizontal) = (Windows.Depth, Windows.Vertical, Windows.Horizontal);
        int columns = horizontal.Outputs, width = horizontal.Source;
        T* x = X + (row * Windows.Source), y = Y + (row * Windows.Outputs);
        Span<T> sum = PoolRow<T>.Get(width);
        ReadOnlySpan<int> first = horizontal.First, end = horizontal.End;
        for (int d = 0; d < depth.Outputs; d++)
        {
            for (int i = 0; i < vertical.Outputs; i++)
            {
                AddRows(x, d, i, sum);
                long rows = (long)depth.Counts[d] * vertical.Counts[i];
                for (int j = 0; j < columns; j++)
                {
                    T total = sum[first[j]];
                    for (int c = first[j] + 1; c < end[j]; c++)
                    {
                        total += sum[c];
                    }

                    y[j] = total / T.CreateTruncating(Divisor != 0 ? Divisor : rows * horizontal.Counts[j]);
                }

                y += columns;
            }
        }
    }

    private readonly void AddRows(T* x, int d, int i, Span<T> sum)
    {
        (PoolAxis depth, PoolAxis vertical) = (Windows.Depth, Windows.Vertical);
        bool isFirst = true;
        for (int s = depth.First[d]; s < depth.End[d]; s++)
        {
            T* slice = x + ((long)s * vertical.Source * sum.Length);
            for (int r = vertical.First[i]; r < vertical.End[i]; r++)
            {
                ReadOnlySpan<T> source = new(slice + ((long)r * sum.Length), sum.Length);
                if (isFirst)
                {
                    source.CopyTo(sum);
                    isFirst = false;
                    continue;
                }

                TensorPrimitives.Add(sum, source, sum);
            }
        }
    }
}

/// <summary>Shares the gradients of one channel out over their windows: along a row first, which the window's rows then add.</summary>
internal unsafe struct AveragePoolGradientKernel<T> : IRowKernel
    where T : unmanaged, INumber<T>
{
    public PoolWindows Windows;

    /// <inheritdoc cref="AveragePoolKernel{T}.Divisor"/>
    public int Divisor;
    public T* DY;
    public T* DX;

    public readonly void Run(long row)
    {
        (PoolAxis depth, PoolAxis vertical, PoolAxis horizontal) = (Windows.Depth, Windows.Vertical, Windows.Horizontal);
        int columns = horizontal.Outputs, width = horizontal.Source;
        T* dx = DX + (row * Windows.Source), dy = DY + (row * Windows.Outputs);
        if (Windows.IsWhole)
        {
            new Span<T>(dx, (int)Windows.Source).Fill(*dy / T.CreateTruncating(Divisor != 0 ? Divisor : Windows.FirstCount));
            return;
        }

        Span<T> shares = PoolRow<T>.Get(width);
        ReadOnlySpan<int> first = horizontal.First, end = horizontal.End;
        new Span<T>(dx, (int)Windows.Source).Clear();
        for (int d = 0; d < depth.Outputs; d++)
        {
            for (int i = 0; i < vertical.Outputs; i++)
            {
                shares.Clear();
                long rows = (long)depth.Counts[d] * vertical.Counts[i];
                for (int j = 0; j < columns; j++)
                {
                    T share = dy[j] / T.CreateTruncating(Divisor != 0 ? Divisor : rows * horizontal.Counts[j]);
                    for (int c = first[j]; c < end[j]; c++)
                    {
                        shares[c] += share;
                    }
                }

                AddToRows(dx, d, i, shares);
                dy += columns;
            }
        }
    }

    private readonly void AddToRows(T* dx, int d, int i, ReadOnlySpan<T> shares)
    {
        (PoolAxis depth, PoolAxis vertical) = (Windows.Depth, Windows.Vertical);
        for (int s = depth.First[d]; s < depth.End[d]; s++)
        {
            T* slice = dx + ((long)s * vertical.Source * shares.Length);
            for (int r = vertical.First[i]; r < vertical.End[i]; r++)
            {
                Span<T> target = new(slice + ((long)r * shares.Length), shares.Length);
                TensorPrimitives.Add(target, shares, target);
            }
        }
    }
}

/// <summary>The mean of one whole plane, the usual end of a convolutional network.</summary>
internal unsafe struct PlaneMeanKernel<T> : IRowKernel
    where T : unmanaged, INumber<T>
{
    public T* X;
    public T* Y;
    public int Size;

    /// <summary>What the sum is divided by.</summary>
    public T Count;

    public readonly void Run(long row) => Y[row] = RunReduction<SumOp, T>.Run(default, X + (row * Size), Size) / Count;
}

/// <summary>A thread's scratch for one row of a plane.</summary>
internal static class PoolRow<T>
    where T : unmanaged
{
    [ThreadStatic]
    private static T[]? t_row;

    public static Span<T> Get(int length)
    {
        if (t_row is null || t_row.Length < length)
        {
            t_row = new T[Math.Max(length, 256)];
        }

        return t_row.AsSpan(0, length);
    }
}
