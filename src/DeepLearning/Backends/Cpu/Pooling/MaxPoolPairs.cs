using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Backends.Cpu;

/// <summary>Max pooling of 2×2 windows side by side, the usual kind: 8 or 4 windows at once.</summary>
internal static unsafe class MaxPoolPairs
{
    public static bool Fits(PoolAxis vertical, PoolAxis horizontal) =>
        vertical.IsPairs && horizontal.IsPairs && (Sse.IsSupported || AdvSimd.Arm64.IsSupported);

    /// <summary>Pools one plane; <paramref name="indices"/> may be null.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(float* x, int width, int rows, int columns, float* y, int* indices)
    {
        for (int i = 0; i < rows; i++)
        {
            int start = 2 * i * width, j = 0;
            float* top = x + start;
            if (Avx2.IsSupported)
            {
                for (; j <= columns - 8; j += 8)
                {
                    Eight(top + (2 * j), width, start + (2 * j), y + j, indices is null ? null : indices + j);
                }
            }

            for (; j <= columns - 4; j += 4)
            {
                Four(top + (2 * j), width, start + (2 * j), y + j, indices is null ? null : indices + j);
            }

            for (; j < columns; j++)
            {
                One(top + (2 * j), width, start + (2 * j), y + j, indices is null ? null : indices + j);
            }

            y += columns;
            indices = indices is null ? null : indices + columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(float* top, int width, int start, float* y, int* indices)
    {
        float* bottom = top + width;
        Vector256<float> a = Vector256.Load(top), b = Vector256.Load(top + 8), c = Vector256.Load(bottom), d = Vector256.Load(bottom + 8);
        Vector256<float> best = Ordered(Avx.Shuffle(a, b, 0x88)), value = Ordered(Avx.Shuffle(a, b, 0xDD));
        Vector256<int> at = Vector256.Create(start) + (Vector256<int>.Indices * 2);
        if (indices is null)
        {
            best = Greater(value, best);
            best = Greater(Ordered(Avx.Shuffle(c, d, 0x88)), best);
            best = Greater(Ordered(Avx.Shuffle(c, d, 0xDD)), best);
        }
        else
        {
            Vector256<int> first = at;
            Take(value, first + Vector256<int>.One, ref best, ref at);
            Take(Ordered(Avx.Shuffle(c, d, 0x88)), first + Vector256.Create(width), ref best, ref at);
            Take(Ordered(Avx.Shuffle(c, d, 0xDD)), first + Vector256.Create(width + 1), ref best, ref at);
            at.Store(indices);
        }

        best.Store(y);
    }

    /// <summary>A shuffle of two vectors works in halves: this brings the quarters into their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Ordered(Vector256<float> shuffled) => Avx2.Permute4x64(shuffled.AsDouble(), 0xD8).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(Vector256<float> value, Vector256<int> position, ref Vector256<float> best, ref Vector256<int> at)
    {
        Vector256<float> wins = Vector256.GreaterThan(value, best) | Vector256.IsNaN(value);
        best = Vector256.ConditionalSelect(wins, value, best);
        at = Vector256.ConditionalSelect(wins.AsInt32(), position, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Greater(Vector256<float> value, Vector256<float> best) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(value, best) | Vector256.IsNaN(value), value, best);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(float* top, int width, int start, float* y, int* indices)
    {
        float* bottom = top + width;
        Vector128<float> a = Vector128.Load(top), b = Vector128.Load(top + 4), c = Vector128.Load(bottom), d = Vector128.Load(bottom + 4);
        Vector128<float> best = Even(a, b);
        Vector128<int> first = Vector128.Create(start) + (Vector128<int>.Indices * 2), at = first;
        Take(Odd(a, b), first + Vector128<int>.One, ref best, ref at);
        Take(Even(c, d), first + Vector128.Create(width), ref best, ref at);
        Take(Odd(c, d), first + Vector128.Create(width + 1), ref best, ref at);
        best.Store(y);
        if (indices is not null)
        {
            at.Store(indices);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(Vector128<float> value, Vector128<int> position, ref Vector128<float> best, ref Vector128<int> at)
    {
        Vector128<float> wins = Vector128.GreaterThan(value, best) | Vector128.IsNaN(value);
        best = Vector128.ConditionalSelect(wins, value, best);
        at = Vector128.ConditionalSelect(wins.AsInt32(), position, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Even(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0x88) : AdvSimd.Arm64.UnzipEven(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Odd(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0xDD) : AdvSimd.Arm64.UnzipOdd(a, b);

    private static void One(float* top, int width, int start, float* y, int* indices)
    {
        int at = 0;
        float best = top[0];
        Take(top, 1, ref best, ref at);
        Take(top, width, ref best, ref at);
        Take(top, width + 1, ref best, ref at);
        *y = best;
        if (indices is not null)
        {
            *indices = start + at;
        }
    }

    private static void Take(float* x, int position, ref float best, ref int at)
    {
        float value = x[position];
        if (value > best || float.IsNaN(value))
        {
            best = value;
            at = position;
        }
    }
}
