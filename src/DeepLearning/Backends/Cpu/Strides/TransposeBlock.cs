using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Backends.Cpu;

/// <summary>Transposed copies of small blocks through registers.</summary>
internal static unsafe class TransposeBlock
{
    /// <summary>
    /// destination[p · destinationStride + j] = source[j · sourceStride + p] for j &lt; lines, p &lt; length. Source and destination do not
    /// overlap: where the last block would not be full, it begins earlier, and writes some elements again.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<T>(T* source, long sourceStride, int lines, int length, T* destination, long destinationStride)
        where T : unmanaged
    {
        var size = BlockLines<T>(lines, length);
        if (size == 0)
        {
            Scalar(source, sourceStride, lines, length, destination, destinationStride);
            return;
        }

        for (var j = 0; j < lines; j += size)
        {
            var first = Math.Min(j, lines - size);
            var from = source + (first * sourceStride);
            var to = destination + first;
            if (sizeof(T) == sizeof(double))
            {
                Lines4((double*)from, sourceStride, length, (double*)to, destinationStride);
            }
            else if (size == 8)
            {
                Lines8((float*)from, sourceStride, length, (float*)to, destinationStride);
            }
            else
            {
                Lines4((float*)from, sourceStride, length, (float*)to, destinationStride);
            }
        }
    }

    /// <summary>How many lines go through registers at once; 0 for none, where there are too few or too short ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BlockLines<T>(int lines, int length)
        where T : unmanaged =>
        Math.Min(lines, length) < 4 ? 0
        : sizeof(T) == sizeof(float) ? Avx.IsSupported && lines >= 8 ? 8 : Sse.IsSupported || AdvSimd.Arm64.IsSupported ? 4 : 0
        : sizeof(T) == sizeof(double) && Avx.IsSupported ? 4 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lines8(float* source, long sourceStride, int length, float* destination, long destinationStride)
    {
        if (length < 8)
        {
            Block8x4(source, sourceStride, destination, destinationStride);
            var last = length - 4;
            Block8x4(source + last, sourceStride, destination + (last * destinationStride), destinationStride);
            return;
        }

        for (var p = 0; p < length; p += 8)
        {
            var first = Math.Min(p, length - 8);
            Block8x4(source + first, sourceStride, destination + (first * destinationStride), destinationStride);
            Block8x4(source + first + 4, sourceStride, destination + ((first + 4) * destinationStride), destinationStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lines4(float* source, long sourceStride, int length, float* destination, long destinationStride)
    {
        for (var p = 0; p < length; p += 4)
        {
            var first = Math.Min(p, length - 4);
            Block4(source + first, sourceStride, destination + (first * destinationStride), destinationStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lines4(double* source, long sourceStride, int length, double* destination, long destinationStride)
    {
        for (var p = 0; p < length; p += 4)
        {
            var first = Math.Min(p, length - 4);
            Block4(source + first, sourceStride, destination + (first * destinationStride), destinationStride);
        }
    }

    private static void Scalar<T>(T* source, long sourceStride, int lines, int length, T* destination, long destinationStride)
        where T : unmanaged
    {
        for (var j = 0; j < lines; j++)
        {
            var to = destination + j;
            for (var p = 0; p < length; p++)
            {
                *to = source[p];
                to += destinationStride;
            }

            source += sourceStride;
        }
    }

    /// <summary>
    /// destination[p · destinationStride + j] = source[offsets[j] + p] for j &lt; lines, p &lt; length: as <see cref="Run"/>, with lines
    /// anywhere.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Gather<T>(T* source, nint* offsets, int lines, int length, T* destination, long destinationStride)
        where T : unmanaged
    {
        var j = 0;
        if (sizeof(T) == sizeof(float) && Avx.IsSupported)
        {
            for (; j + 8 <= lines; j += 8)
            {
                var s0 = (float*)source + offsets[j];
                var s1 = (float*)source + offsets[j + 1];
                var s2 = (float*)source + offsets[j + 2];
                var s3 = (float*)source + offsets[j + 3];
                var s4 = (float*)source + offsets[j + 4];
                var s5 = (float*)source + offsets[j + 5];
                var s6 = (float*)source + offsets[j + 6];
                var s7 = (float*)source + offsets[j + 7];
                var to = (float*)destination + j;
                var p = 0;
                for (; p + 4 <= length; p += 4)
                {
                    Quarter(Join(s0 + p, s4 + p), Join(s1 + p, s5 + p), Join(s2 + p, s6 + p), Join(s3 + p, s7 + p), to, destinationStride);
                    to += 4 * destinationStride;
                }

                for (; p < length; p++)
                {
                    to[0] = s0[p];
                    to[1] = s1[p];
                    to[2] = s2[p];
                    to[3] = s3[p];
                    to[4] = s4[p];
                    to[5] = s5[p];
                    to[6] = s6[p];
                    to[7] = s7[p];
                    to += destinationStride;
                }
            }
        }

        for (; j < lines; j++)
        {
            Scalar(source + offsets[j], 0, 1, length, destination + j, destinationStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block8x4(float* source, long sourceStride, float* destination, long destinationStride)
    {
        // Halves of two lines share a register from the start: the 128-bit inserts come from memory and cost no shuffle.
        var s4 = source + (4 * sourceStride);
        var a0 = Join(source, s4);
        var a1 = Join(source + sourceStride, s4 + sourceStride);
        var a2 = Join(source + (2 * sourceStride), s4 + (2 * sourceStride));
        var a3 = Join(source + (3 * sourceStride), s4 + (3 * sourceStride));
        Quarter(a0, a1, a2, a3, destination, destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Join(float* lower, float* upper) => Vector256.Create(Vector128.Load(lower), Vector128.Load(upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(
        Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> a3, float* destination, long stride)
    {
        var t0 = Avx.UnpackLow(a0, a1).AsDouble();
        var t1 = Avx.UnpackHigh(a0, a1).AsDouble();
        var t2 = Avx.UnpackLow(a2, a3).AsDouble();
        var t3 = Avx.UnpackHigh(a2, a3).AsDouble();
        Avx.UnpackLow(t0, t2).AsSingle().Store(destination);
        Avx.UnpackHigh(t0, t2).AsSingle().Store(destination + stride);
        Avx.UnpackLow(t1, t3).AsSingle().Store(destination + (2 * stride));
        Avx.UnpackHigh(t1, t3).AsSingle().Store(destination + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block4(float* source, long sourceStride, float* destination, long destinationStride)
    {
        var a0 = Vector128.Load(source);
        var a1 = Vector128.Load(source + sourceStride);
        var a2 = Vector128.Load(source + (2 * sourceStride));
        var a3 = Vector128.Load(source + (3 * sourceStride));
        var t0 = ZipLow(a0, a1).AsDouble();
        var t1 = ZipHigh(a0, a1).AsDouble();
        var t2 = ZipLow(a2, a3).AsDouble();
        var t3 = ZipHigh(a2, a3).AsDouble();
        Vector128.Create(t0.GetLower(), t2.GetLower()).AsSingle().Store(destination);
        Vector128.Create(t0.GetUpper(), t2.GetUpper()).AsSingle().Store(destination + destinationStride);
        Vector128.Create(t1.GetLower(), t3.GetLower()).AsSingle().Store(destination + (2 * destinationStride));
        Vector128.Create(t1.GetUpper(), t3.GetUpper()).AsSingle().Store(destination + (3 * destinationStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackLow(left, right) : AdvSimd.Arm64.ZipLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackHigh(left, right) : AdvSimd.Arm64.ZipHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block4(double* source, long sourceStride, double* destination, long destinationStride)
    {
        var s2 = source + (2 * sourceStride);
        var a0 = Vector256.Create(Vector128.Load(source), Vector128.Load(s2));
        var a1 = Vector256.Create(Vector128.Load(source + sourceStride), Vector128.Load(s2 + sourceStride));
        var a2 = Vector256.Create(Vector128.Load(source + 2), Vector128.Load(s2 + 2));
        var a3 = Vector256.Create(Vector128.Load(source + sourceStride + 2), Vector128.Load(s2 + sourceStride + 2));
        Avx.UnpackLow(a0, a1).Store(destination);
        Avx.UnpackHigh(a0, a1).Store(destination + destinationStride);
        Avx.UnpackLow(a2, a3).Store(destination + (2 * destinationStride));
        Avx.UnpackHigh(a2, a3).Store(destination + (3 * destinationStride));
    }
}
