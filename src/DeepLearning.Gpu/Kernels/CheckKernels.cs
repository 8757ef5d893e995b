using System.Runtime.InteropServices;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>The bounds of indices as a kernel takes them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct CheckBounds(in IndexBounds bounds, int slot)
{
    public readonly long Low = bounds.Low;
    public readonly long High = bounds.High;
    public readonly long Wrap = bounds.High;
    public readonly long Passed = bounds.Passed ?? long.MinValue;
    public readonly int HasPassed = bounds.Passed is null ? 0 : 1;
    public readonly int Slot = slot;
}

/// <summary>
/// Checks whose outcome is read later: what is wrong first leaves its place in a slot, and a value that harms nothing goes on. The least
/// place wins, whatever the order.
/// </summary>
internal static class CheckKernels
{
    /// <summary>What a slot holds where nothing is wrong.</summary>
    public const long Fine = long.MaxValue;

    /// <summary>
    /// Indices in [low, high), negative ones from the end; 0 stands for those that are not. A place is packed with its value.
    /// </summary>
    public static void Indices(ArrayView<long> x, ArrayView<long> y, ArrayView<long> slots, CheckBounds bounds)
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            long value = x[i];
            if (bounds.HasPassed == 0 || value != bounds.Passed)
            {
                if (value < bounds.Low || value >= bounds.High)
                {
                    long place = IntrinsicMath.Min(i, (long)int.MaxValue - 1);
                    long shown = IntrinsicMath.Max(IntrinsicMath.Min(value, (long)int.MaxValue), (long)int.MinValue);
                    Atomic.Min(ref slots[bounds.Slot], (place << 32) | (shown & uint.MaxValue));
                    value = 0;
                }
                else if (value < 0)
                {
                    value += bounds.Wrap;
                }
            }

            y[i] = value;
        }
    }

    /// <summary>A truth value that is set is an error.</summary>
    public static void Truths(ArrayView<byte> wrong, ArrayView<long> slots, int slot)
    {
        for (long i = GridStride.First; i < wrong.Length; i += GridStride.Step)
        {
            if (wrong[i] != 0)
            {
                Atomic.Min(ref slots[slot], i);
            }
        }
    }

    /// <summary>Divisors; 1 stands for those that are 0.</summary>
    public static void Divisors<T>(ArrayView<T> x, ArrayView<T> y, ArrayView<long> slots, int slot)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            T value = x[i];
            if (value == T.Zero)
            {
                Atomic.Min(ref slots[slot], i);
                value = T.One;
            }

            y[i] = value;
        }
    }
}
