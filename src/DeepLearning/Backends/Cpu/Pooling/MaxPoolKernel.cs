using System.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>The greatest elements of one channel's windows, and where they stood.</summary>
internal unsafe struct MaxPoolKernel<T> : IRowKernel
    where T : unmanaged, INumber<T>
{
    public PoolWindows Windows;
    public T* X;
    public T* Y;

    /// <summary>Null when positions are not wanted.</summary>
    public int* Indices;

    private readonly PoolAxis Vertical => Windows.Vertical;

    private readonly PoolAxis Horizontal => Windows.Horizontal;

    public readonly void Run(long row)
    {
        T* x = X + (row * Windows.Source), y = Y + (row * Windows.Outputs);
        int* indices = Indices is null ? null : Indices + (row * Windows.Outputs);
        if (Windows.Depth is { Source: 1, Outputs: 1 })
        {
            Plane(x, y, indices);
            return;
        }

        // Each plane of the volume is pooled by itself, once for all windows that see it.
        PoolAxis depth = Windows.Depth;
        int source = Vertical.Source * Horizontal.Source, outputs = Vertical.Outputs * Horizontal.Outputs;
        MaxPoolPlanes<T> planes = MaxPoolPlanes<T>.Of(depth.Source, outputs, indices is not null);
        for (int d = 0; d < depth.Source; d++)
        {
            Plane(x + ((long)d * source), planes.Values(d), planes.Places(d));
        }

        for (int i = 0; i < depth.Outputs; i++)
        {
            planes.Start(depth.First[i], source, y, indices);
            for (int d = depth.First[i] + depth.Step; d < depth.End[i]; d += depth.Step)
            {
                planes.Take(d, source, y, indices);
            }

            y += outputs;
            indices = indices is null ? null : indices + outputs;
        }
    }

    private readonly void Plane(T* x, T* y, int* indices)
    {
        int rows = Vertical.Outputs, columns = Horizontal.Outputs;
        if (typeof(T) == typeof(float) && MaxPoolPairs.Fits(Vertical, Horizontal))
        {
            MaxPoolPairs.Run((float*)x, Horizontal.Source, rows, columns, (float*)y, indices);
            return;
        }

        if (typeof(T) == typeof(float) && MaxPoolPhases.Fits(Vertical, Horizontal))
        {
            MaxPoolPhases.Run(Vertical, Horizontal, (float*)x, (float*)y, indices);
            return;
        }

        for (int i = 0; i < rows; i++)
        {
            WindowsOfRow(x, i, y, indices);
            y += columns;
            indices = indices is null ? null : indices + columns;
        }
    }

    /// <summary>One row of outputs, window by window.</summary>
    private readonly void WindowsOfRow(T* x, int i, T* y, int* indices)
    {
        int top = Vertical.First[i], bottom = Vertical.End[i], width = Horizontal.Source;
        ReadOnlySpan<int> first = Horizontal.First, end = Horizontal.End;
        for (int j = 0; j < first.Length; j++)
        {
            int at = (top * width) + first[j];
            T best = x[at];
            for (int r = top; r < bottom; r += Vertical.Step)
            {
                for (int c = first[j]; c < end[j]; c += Horizontal.Step)
                {
                    T value = x[(r * width) + c];
                    if (value > best || T.IsNaN(value))
                    {
                        best = value;
                        at = (r * width) + c;
                    }
                }
            }

            y[j] = best;
            if (indices is not null)
            {
                indices[j] = at;
            }
        }
    }
}

/// <summary>Adds each gradient of one plane to the element that its window took.</summary>
internal unsafe struct MaxPoolGradientKernel<T> : IRowKernel
    where T : unmanaged, INumber<T>
{
    public T* DY;
    public int* Indices;
    public T* DX;
    public int Size;
    public int Outputs;

    public readonly void Run(long row)
    {
        T* dx = DX + (row * Size), dy = DY + (row * Outputs);
        int* indices = Indices + (row * Outputs);
        new Span<T>(dx, Size).Clear();
        for (int i = 0; i < Outputs; i++)
        {
            dx[indices[i]] += dy[i];
        }
    }
}
