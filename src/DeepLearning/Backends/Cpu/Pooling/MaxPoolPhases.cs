using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Max pooling of windows of one size: several windows of a row at once. A padded copy of the plane, each row split into its phases
/// (positions that are equal modulo the stride), makes what one tap reads in neighboring windows neighbors in memory.
/// </summary>
internal static unsafe class MaxPoolPhases
{
    private const int MaximumKernel = 64;

    [ThreadStatic]
    private static NativeBuffer? t_copy;

    public static bool Fits(PoolAxis vertical, PoolAxis horizontal) =>
        Vector.IsHardwareAccelerated && horizontal.Outputs >= Vector<float>.Count / 2 && horizontal.Kernel is > 0 and <= MaximumKernel
        && (vertical.Kernel > 0 || vertical == PoolAxis.None) && horizontal.Stride <= MaximumKernel;

    /// <summary>Pools one plane; <paramref name="indices"/> may be null.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(PoolAxis vertical, PoolAxis horizontal, float* x, float* y, int* indices)
    {
        int kernel = horizontal.Kernel, stride = horizontal.Stride, width = horizontal.Source, columns = horizontal.Outputs;
        int phase = columns + ((kernel - 1) * horizontal.Step / stride) + Vector<float>.Count;
        int* taps = stackalloc int[MaximumKernel];
        for (int k = 0; k < kernel; k++)
        {
            (int offset, int rest) = Math.DivRem(k * horizontal.Step, stride);
            taps[k] = (rest * phase) + offset;
        }

        float* copy = (t_copy ??= new NativeBuffer()).Get<float>((long)vertical.Source * stride * phase);
        for (int r = 0; r < vertical.Source; r++)
        {
            Split(x + (r * width), horizontal, phase, copy + ((long)r * stride * phase));
        }

        if (indices is null)
        {
            Values(vertical, columns, copy, (nint)stride * phase, taps, kernel, y);
            return;
        }

        Vector<int> steps = Vector<int>.Indices * stride;
        for (int i = 0; i < vertical.Outputs; i++)
        {
            int top = vertical.First[i], bottom = vertical.End[i];
            for (int j = 0; j < columns; j += Vector<float>.Count)
            {
                // Where a window holds nothing above -∞, its first element counts.
                Vector<float> best = new(float.NegativeInfinity);
                Vector<int> at = -Vector<int>.One;
                for (int r = top; r < bottom; r += vertical.Step)
                {
                    float* row = copy + ((long)r * stride * phase) + j;
                    int start = (r * width) - horizontal.Padding + (j * stride);
                    for (int k = 0; k < kernel; k++)
                    {
                        Vector<float> value = Vector.Load(row + taps[k]);
                        Vector<int> wins = Vector.GreaterThan(value, best) | ~Vector.Equals(value, value);
                        best = Vector.ConditionalSelect(wins, value, best);
                        at = Vector.ConditionalSelect(wins, steps + new Vector<int>(start + (k * horizontal.Step)), at);
                    }
                }

                int count = Math.Min(Vector<float>.Count, columns - j);
                Write(best, y + j, count);
                WriteIndices(at, horizontal.First.AsSpan(j, count), top * width, indices + j);
            }

            y += columns;
            indices += columns;
        }
    }

    /// <summary>The greatest elements alone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Values(PoolAxis vertical, int columns, float* copy, nint rowStride, int* taps, int kernel, float* y)
    {
        for (int i = 0; i < vertical.Outputs; i++)
        {
            int top = vertical.First[i], bottom = vertical.End[i];
            for (int j = 0; j < columns; j += Vector<float>.Count)
            {
                Vector<float> best = new(float.NegativeInfinity);
                for (int r = top; r < bottom; r += vertical.Step)
                {
                    float* row = copy + (r * rowStride) + j;
                    for (int k = 0; k < kernel; k++)
                    {
                        Vector<float> value = Vector.Load(row + taps[k]);
                        Vector<int> wins = Vector.GreaterThan(value, best) | ~Vector.Equals(value, value);
                        best = Vector.ConditionalSelect(wins, value, best);
                    }
                }

                Write(best, y + j, Math.Min(Vector<float>.Count, columns - j));
            }

            y += columns;
        }
    }

    /// <summary>One row of the plane, padded with -∞, phase after phase.</summary>
    private static void Split(float* x, PoolAxis axis, int phase, float* to)
    {
        int stride = axis.Stride;
        for (int p = 0; p < stride; p++)
        {
            // Element e of the phase stands at e · stride + p − padding.
            int shift = p - axis.Padding;
            int start = Math.Clamp((stride - 1 - shift) / stride, 0, phase);
            int end = Math.Clamp((axis.Source - shift + stride - 1) / stride, start, phase);
            new Span<float>(to, start).Fill(float.NegativeInfinity);
            if (stride == 1)
            {
                new ReadOnlySpan<float>(x + start + shift, end - start).CopyTo(new Span<float>(to + start, end - start));
            }
            else
            {
                float* from = x + shift;
                for (int e = start; e < end; e++)
                {
                    to[e] = from[e * stride];
                }
            }

            new Span<float>(to + end, phase - end).Fill(float.NegativeInfinity);
            to += phase;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector<float> value, float* to, int count)
    {
        if (count == Vector<float>.Count)
        {
            Vector.Store(value, to);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            to[i] = value[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteIndices(Vector<int> at, ReadOnlySpan<int> first, int row, int* to)
    {
        if (first.Length == Vector<int>.Count && Vector.GreaterThanOrEqualAll(at, Vector<int>.Zero))
        {
            Vector.Store(at, to);
            return;
        }

        for (int i = 0; i < first.Length; i++)
        {
            to[i] = at[i] < 0 ? row + first[i] : at[i];
        }
    }
}
