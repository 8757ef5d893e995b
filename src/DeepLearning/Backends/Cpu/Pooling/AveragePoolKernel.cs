using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>The means of one plane's windows: the rows of a window are added up first, then the columns of that sum.</summary>
internal unsafe struct AveragePoolKernel<T> : IRowKernel
    where T : unmanaged, INumber<T>
{
    public PoolAxis Vertical;
    public PoolAxis Horizontal;

    /// <summary>What sums are divided by; their count for 0.</summary>
    public int Divisor;
    public T* X;
    public T* Y;

    public readonly void Run(long row)
    {
        int rows = Vertical.Outputs, columns = Horizontal.Outputs, width = Horizontal.Source;
        T* x = X + (row * Vertical.Source * width), y = Y + (row * rows * columns);
        Span<T> sum = PoolRow<T>.Get(width);
        ReadOnlySpan<int> first = Horizontal.First, end = Horizontal.End;
        for (int i = 0; i < rows; i++)
        {
            new ReadOnlySpan<T>(x + (Vertical.First[i] * width), width).CopyTo(sum);
            for (int r = Vertical.First[i] + 1; r < Vertical.End[i]; r++)
            {
                TensorPrimitives.Add(sum, new ReadOnlySpan<T>(x + (r * width), width), sum);
            }

            for (int j = 0; j < columns; j++)
            {
                T total = sum[first[j]];
                for (int c = first[j] + 1; c < end[j]; c++)
                {
                    total += sum[c];
                }

                y[j] = total / Count(i, j);
            }

            y += columns;
        }
    }

    private readonly T Count(int i, int j) =>
        T.CreateTruncating(Divisor != 0 ? Divisor : (long)Vertical.Counts[i] * Horizontal.Counts[j]);
}

/// <summary>Shares the gradients of one plane out over their windows: along a row first, which the window's rows then add.</summary>
internal unsafe struct AveragePoolGradientKernel<T> : IRowKernel
    where T : unmanaged, INumber<T>
{
    public PoolAxis Vertical;
    public PoolAxis Horizontal;

    /// <inheritdoc cref="AveragePoolKernel{T}.Divisor"/>
    public int Divisor;
    public T* DY;
    public T* DX;

    public readonly void Run(long row)
    {
        int rows = Vertical.Outputs, columns = Horizontal.Outputs, width = Horizontal.Source;
        T* dx = DX + (row * Vertical.Source * width), dy = DY + (row * rows * columns);
        if (Vertical.IsWhole && Horizontal.IsWhole)
        {
            new Span<T>(dx, Vertical.Source * width).Fill(*dy / Count(0, 0));
            return;
        }

        Span<T> shares = PoolRow<T>.Get(width);
        ReadOnlySpan<int> first = Horizontal.First, end = Horizontal.End;
        new Span<T>(dx, Vertical.Source * width).Clear();
        for (int i = 0; i < rows; i++)
        {
            shares.Clear();
            for (int j = 0; j < columns; j++)
            {
                T share = dy[j] / Count(i, j);
                for (int c = first[j]; c < end[j]; c++)
                {
                    shares[c] += share;
                }
            }

            for (int r = Vertical.First[i]; r < Vertical.End[i]; r++)
            {
                Span<T> target = new(dx + (r * width), width);
                TensorPrimitives.Add(target, shares, target);
            }

            dy += columns;
        }
    }

    private readonly T Count(int i, int j) =>
        T.CreateTruncating(Divisor != 0 ? Divisor : (long)Vertical.Counts[i] * Horizontal.Counts[j]);
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

    public readonly void Run(long row) => Y[row] = Sum(X + (row * Size), Size) / Count;

    /// <summary>The sum in an order that depends on the length only.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Sum(T* x, int length)
    {
        Vector<T> a = Vector<T>.Zero, b = a, c = a, d = a;
        int i = 0, count = Vector<T>.Count;
        for (; i <= length - (4 * count); i += 4 * count)
        {
            a += Vector.Load(x + i);
            b += Vector.Load(x + i + count);
            c += Vector.Load(x + i + (2 * count));
            d += Vector.Load(x + i + (3 * count));
        }

        for (; i <= length - count; i += count)
        {
            a += Vector.Load(x + i);
        }

        T rest = T.Zero;
        for (; i < length; i++)
        {
            rest += x[i];
        }

        return Vector.Sum(a + b + (c + d)) + rest;
    }
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
