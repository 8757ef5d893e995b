using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>Where a fill of random numbers begins.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PhiloxStart(GeneratorState state)
{
    public readonly ulong Seed = state.Seed;
    public readonly ulong Stream = state.Stream;
    public readonly ulong Position = state.Position;
}

/// <summary>Two numbers of a fill that are half a group apart.</summary>
internal readonly struct Drawn<R>(R first, R second)
    where R : struct
{
    public readonly R First = first;
    public readonly R Second = second;
}

/// <summary>A distribution: two numbers from two words of random bits, of 32 or of 64 bits.</summary>
internal interface IDraw<R>
    where R : struct
{
    Drawn<R> Draw(ulong first, ulong second);
}

/// <summary>
/// Random numbers of Philox 4×32-10: a thread computes each so many-th block of four words, which are four 32-bit elements or two of 64
/// bits, at the places that the processor's fill has for them. Limited by integer multiplications, not by memory.
/// </summary>
internal static class RandomKernels
{
    /// <summary>Elements that take 32 random bits each.</summary>
    public static void Words<TDraw, TStore, S, R>(ArrayView<S> y, PhiloxStart start, TDraw draw)
        where TDraw : struct, IDraw<R>
        where TStore : struct, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        long blocks = (y.Length + Philox.Group32 - 1) / Philox.Group32 * 8;
        for (long i = GridStride.First; i < blocks; i += GridStride.Step)
        {
            (uint x0, uint x1, uint x2, uint x3) = Philox.Block(start.Seed, start.Stream, start.Position + (ulong)i);
            long at = ((i >> 3) * Philox.Group32) + ((i & 7) * 2);
            Drawn<R> even = draw.Draw(x0, x2), odd = draw.Draw(x1, x3);
            Put<TStore, S, R>(y, at, even.First);
            Put<TStore, S, R>(y, at + 1, odd.First);
            Put<TStore, S, R>(y, at + (Philox.Group32 / 2), even.Second);
            Put<TStore, S, R>(y, at + (Philox.Group32 / 2) + 1, odd.Second);
        }
    }

    /// <summary>Elements that take 64 random bits each.</summary>
    public static void LongWords<TDraw, TStore, S, R>(ArrayView<S> y, PhiloxStart start, TDraw draw)
        where TDraw : struct, IDraw<R>
        where TStore : struct, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        long blocks = (y.Length + Philox.Group64 - 1) / Philox.Group64 * 8;
        for (long i = GridStride.First; i < blocks; i += GridStride.Step)
        {
            (uint x0, uint x1, uint x2, uint x3) = Philox.Block(start.Seed, start.Stream, start.Position + (ulong)i);
            long at = ((i >> 3) * Philox.Group64) + (i & 7);
            Drawn<R> both = draw.Draw(((ulong)x1 << 32) | x0, ((ulong)x3 << 32) | x2);
            Put<TStore, S, R>(y, at, both.First);
            Put<TStore, S, R>(y, at + (Philox.Group64 / 2), both.Second);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TStore, S, R>(ArrayView<S> y, long at, R value)
        where TStore : struct, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        if (at < y.Length)
        {
            y[at] = TStore.Store(value);
        }
    }
}

/// <summary>Uniform in an interval: fractions of 24 bits, or of as many steps as a 16-bit type tells apart.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct UniformFloatDraw(float low, float high, UniformBounds bounds, float steps) : IDraw<GpuFloat>
{
    public readonly float Low = low;
    public readonly float Size = high - low;
    public readonly float Least = (float)bounds.Least;
    public readonly float Greatest = (float)bounds.Greatest;
    public readonly float Steps = steps;
    public readonly int HasSteps = steps > 0 ? 1 : 0;
    public readonly int IsScaled = low != 0 || high != 1 ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Drawn<GpuFloat> Draw(ulong first, ulong second) => new(Of(first), Of(second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GpuFloat Of(ulong word)
    {
        GpuFloat u = new GpuFloat(GpuMath.SingleOf((long)(word >> 8))) * (1.0 / (1 << 24));
        if (HasSteps != 0)
        {
            u = GpuFloat.Floor(u * new GpuFloat(Steps)) / new GpuFloat(Steps);
        }

        return IsScaled == 0
            ? u
            : GpuFloat.Min(GpuFloat.Max((u * new GpuFloat(Size)) + new GpuFloat(Low), new GpuFloat(Least)), new GpuFloat(Greatest));
    }
}

/// <summary>Uniform in an interval: fractions of 53 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct UniformDoubleDraw(double low, double high, UniformBounds bounds) : IDraw<GpuDouble>
{
    public readonly double Low = low;
    public readonly double Size = high - low;
    public readonly double Least = bounds.Least;
    public readonly double Greatest = bounds.Greatest;
    public readonly int IsScaled = low != 0 || high != 1 ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Drawn<GpuDouble> Draw(ulong first, ulong second) => new(Of(first), Of(second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GpuDouble Of(ulong word)
    {
        GpuDouble u = new GpuDouble(GpuMath.DoubleOf((long)(word >> 11))) * (1.0 / (1L << 53));
        return IsScaled == 0
            ? u
            : GpuDouble.Min(GpuDouble.Max((u * new GpuDouble(Size)) + new GpuDouble(Low), new GpuDouble(Least)), new GpuDouble(Greatest));
    }
}

/// <summary>Normal numbers by Box and Muller, the radius from a fraction of 32 bits in (0, 1].</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct NormalFloatDraw(float mean, float std) : IDraw<GpuFloat>
{
    public readonly float Mean = mean;
    public readonly float Std = std;
    public readonly int IsScaled = mean != 0 || std != 1 ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Drawn<GpuFloat> Draw(ulong first, ulong second)
    {
        GpuFloat u = (new GpuFloat(GpuMath.SingleOf((long)(first >> 1))) + 0.5) * (2.0 / (1L << 32));
        GpuFloat radius = GpuFloat.Sqrt(GpuFloat.Log(u) * -2.0);
        GpuFloat angle = new GpuFloat(GpuMath.SingleOf((long)(second >> 8))) * (1.0 / (1 << 24)) * (2.0 * Math.PI);
        return new Drawn<GpuFloat>(Scaled(radius * GpuFloat.Cos(angle)), Scaled(radius * GpuFloat.Sin(angle)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GpuFloat Scaled(GpuFloat x) => IsScaled == 0 ? x : (x * new GpuFloat(Std)) + new GpuFloat(Mean);
}

/// <summary>As <see cref="NormalFloatDraw"/>, with fractions of 53 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct NormalDoubleDraw(double mean, double std) : IDraw<GpuDouble>
{
    public readonly double Mean = mean;
    public readonly double Std = std;
    public readonly int IsScaled = mean != 0 || std != 1 ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Drawn<GpuDouble> Draw(ulong first, ulong second)
    {
        GpuDouble u = (new GpuDouble(GpuMath.DoubleOf((long)(first >> 11))) + 0.5) * (1.0 / (1L << 53));
        GpuDouble radius = GpuDouble.Sqrt(GpuDouble.Log(u) * -2.0);
        GpuDouble angle = new GpuDouble(GpuMath.DoubleOf((long)(second >> 11))) * (1.0 / (1L << 53)) * (2.0 * Math.PI);
        return new Drawn<GpuDouble>(Scaled(radius * GpuDouble.Cos(angle)), Scaled(radius * GpuDouble.Sin(angle)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GpuDouble Scaled(GpuDouble x) => IsScaled == 0 ? x : (x * new GpuDouble(Std)) + new GpuDouble(Mean);
}

/// <summary>Integers: the high half of the product of 64 random bits and the size of the interval.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct IntegerDraw(long low, long high, (long Least, long Greatest)? ends) : IDraw<GpuInteger<long, Int64Kind>>
{
    public readonly long Low = low;
    public readonly ulong Size = (ulong)high - (ulong)low;
    public readonly long Least = ends is null ? long.MinValue : ends.Value.Least;
    public readonly long Greatest = ends is null ? long.MaxValue : ends.Value.Greatest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Drawn<GpuInteger<long, Int64Kind>> Draw(ulong first, ulong second) => new(new(Of(first)), new(Of(second)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Of(ulong word)
    {
        long value = Low + (long)GpuMath.MultiplyHigh(word, Size);
        value = value < Least ? Least : value;
        return value > Greatest ? Greatest : value;
    }
}

/// <summary>1 with a probability, a multiple of 2⁻³², else 0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct BernoulliDraw(double probability) : IDraw<GpuInteger<long, Int64Kind>>
{
    public readonly ulong Threshold = (ulong)Math.Round(probability * (1L << 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Drawn<GpuInteger<long, Int64Kind>> Draw(ulong first, ulong second) =>
        new(new(first < Threshold ? 1 : 0), new(second < Threshold ? 1 : 0));
}
