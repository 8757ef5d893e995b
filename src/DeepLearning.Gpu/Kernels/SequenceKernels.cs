using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>An element that follows from its place alone.</summary>
internal interface IPlaceFill<R>
    where R : struct
{
    R At(long place);
}

/// <summary>Regular sequences; limited by memory.</summary>
internal static class SequenceKernels
{
    public static void Fill<TFill, TStore, S, R>(ArrayView<S> y, TFill fill)
        where TFill : struct, IPlaceFill<R>
        where TStore : struct, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            y[i] = TStore.Store(fill.At(i));
        }
    }
}

/// <summary>start + i · step, as doubles.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct LinearDoubleFill(double start, double step) : IPlaceFill<GpuDouble>
{
    public readonly double Start = start;
    public readonly double Step = step;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GpuDouble At(long place) => new GpuDouble(Start) + (new GpuDouble(GpuMath.DoubleOf(place)) * new GpuDouble(Step));
}

/// <summary>start + i · step, as integers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct LinearIntegerFill(long start, long step) : IPlaceFill<GpuInteger<long, Int64Kind>>
{
    public readonly long Start = start;
    public readonly long Step = step;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GpuInteger<long, Int64Kind> At(long place) => new(Start + (place * Step));
}

/// <summary>From start to end, counted from the nearer of them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct InterpolatedFill(double start, double end, double step, long count) : IPlaceFill<GpuDouble>
{
    public readonly double Start = start;
    public readonly double End = end;
    public readonly double Step = step;
    public readonly long Count = count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GpuDouble At(long place) => place < Count / 2 || Count == 1
        ? new GpuDouble(Start) + (new GpuDouble(GpuMath.DoubleOf(place)) * new GpuDouble(Step))
        : new GpuDouble(End) - (new GpuDouble(GpuMath.DoubleOf(Count - 1 - place)) * new GpuDouble(Step));
}
