using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <summary>Four floats, which memory gives at once.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct Float4
{
    public float X;
    public float Y;
    public float Z;
    public float W;
}

/// <summary>
/// Elementwise kernels: every thread takes each so many-th element, so that any number of elements goes with any number of threads. Places
/// are 64-bit numbers.
/// </summary>
internal static class ElementwiseKernels
{
    /// <summary>y from contiguous operands of one type.</summary>
    public static void Contiguous<TStep, TElement, S, R>(
        ArrayView<S> x0, ArrayView<S> x1, ArrayView<S> x2, ArrayView<S> x3, ArrayView<S> x4, ArrayView<S> y, TStep step)
        where TStep : struct, IStep
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            R a = (TStep.Reads & 1) != 0 ? TElement.Load(x0[i]) : default;
            R b = (TStep.Reads & 2) != 0 ? TElement.Load(x1[i]) : default;
            R c = (TStep.Reads & 4) != 0 ? TElement.Load(x2[i]) : default;
            R d = (TStep.Reads & 8) != 0 ? TElement.Load(x3[i]) : default;
            R e = (TStep.Reads & 16) != 0 ? TElement.Load(x4[i]) : default;
            y[i] = TElement.Store(step.Step(a, b, c, d, e));
        }
    }

    /// <summary>As <see cref="Contiguous"/> for float32 in memory from multiples of 16 bytes on: four at a time, then the rest.</summary>
    public static void Contiguous4<TStep>(
        ArrayView<float> x0, ArrayView<float> x1, ArrayView<float> x2, ArrayView<float> x3, ArrayView<float> x4, ArrayView<float> y,
        TStep step)
        where TStep : struct, IStep
    {
        long whole = y.Length / 4;
        for (long i = GridStride.First; i < whole; i += GridStride.Step)
        {
            Float4 a = (TStep.Reads & 1) != 0 ? x0.AsAligned(16).Cast<Float4>()[i] : default;
            Float4 b = (TStep.Reads & 2) != 0 ? x1.AsAligned(16).Cast<Float4>()[i] : default;
            Float4 c = (TStep.Reads & 4) != 0 ? x2.AsAligned(16).Cast<Float4>()[i] : default;
            Float4 d = (TStep.Reads & 8) != 0 ? x3.AsAligned(16).Cast<Float4>()[i] : default;
            Float4 e = (TStep.Reads & 16) != 0 ? x4.AsAligned(16).Cast<Float4>()[i] : default;
            Float4 result;
            result.X = Of(step, a.X, b.X, c.X, d.X, e.X);
            result.Y = Of(step, a.Y, b.Y, c.Y, d.Y, e.Y);
            result.Z = Of(step, a.Z, b.Z, c.Z, d.Z, e.Z);
            result.W = Of(step, a.W, b.W, c.W, d.W, e.W);
            y.AsAligned(16).Cast<Float4>()[i] = result;
        }

        for (long i = (whole * 4) + GridStride.First; i < y.Length; i += GridStride.Step)
        {
            float a = (TStep.Reads & 1) != 0 ? x0[i] : 0;
            float b = (TStep.Reads & 2) != 0 ? x1[i] : 0;
            float c = (TStep.Reads & 4) != 0 ? x2[i] : 0;
            float d = (TStep.Reads & 8) != 0 ? x3[i] : 0;
            float e = (TStep.Reads & 16) != 0 ? x4[i] : 0;
            y[i] = Of(step, a, b, c, d, e);
        }
    }

    /// <summary>y, of the given axes, from operands of any strides; all of one type. Views show whole blocks of memory.</summary>
    public static void Strided<TStep, TElement, S, R>(
        ArrayView<S> x0, ArrayView<S> x1, ArrayView<S> x2, ArrayView<S> x3, ArrayView<S> x4, ArrayView<S> y, StridedOperands places,
        TStep step)
        where TStep : struct, IStep
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Count; i += GridStride.Step)
        {
            Place place = places.Axes.At(i);
            R a = (TStep.Reads & 1) != 0 ? TElement.Load(x0[places.X0.At(place)]) : default;
            R b = (TStep.Reads & 2) != 0 ? TElement.Load(x1[places.X1.At(place)]) : default;
            R c = (TStep.Reads & 4) != 0 ? TElement.Load(x2[places.X2.At(place)]) : default;
            R d = (TStep.Reads & 8) != 0 ? TElement.Load(x3[places.X3.At(place)]) : default;
            R e = (TStep.Reads & 16) != 0 ? TElement.Load(x4[places.X4.At(place)]) : default;
            y[places.Y.At(place)] = TElement.Store(step.Step(a, b, c, d, e));
        }
    }

    /// <summary>Truth values of a question about two contiguous operands.</summary>
    public static void Compare<TOp, TElement, S, R>(ArrayView<S> a, ArrayView<S> b, ArrayView<byte> y, TOp op)
        where TOp : struct, IPredicate<TOp>
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            y[i] = TElement.Truth(op.Test(TElement.Load(a[i]), TElement.Load(b[i])));
        }
    }

    /// <summary>One step of an optimizer, in place; the states have the type that is computed in.</summary>
    public static void Update<TUpdate, TElement, S, TState, TStateElement, R>(
        ArrayView<S> p, ArrayView<S> g, ArrayView<TState> s0, ArrayView<TState> s1, ArrayView<TState> s2, TUpdate update)
        where TUpdate : struct, IUpdate<TUpdate>
        where TElement : struct, IElement<S, R>
        where TStateElement : struct, IElement<TState, R>
        where S : unmanaged
        where TState : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < p.Length; i += GridStride.Step)
        {
            R value = TElement.Load(p[i]);
            R a = TUpdate.States > 0 ? TStateElement.Load(s0[i]) : default;
            R b = TUpdate.States > 1 ? TStateElement.Load(s1[i]) : default;
            R c = TUpdate.States > 2 ? TStateElement.Load(s2[i]) : default;
            update.Step(ref value, TElement.Load(g[i]), ref a, ref b, ref c);
            p[i] = TElement.Store(value);
            if (TUpdate.States > 0)
            {
                s0[i] = TStateElement.Store(a);
            }

            if (TUpdate.States > 1)
            {
                s1[i] = TStateElement.Store(b);
            }

            if (TUpdate.States > 2)
            {
                s2[i] = TStateElement.Store(c);
            }
        }
    }

    /// <summary>y = op(a, b) on contiguous integers.</summary>
    public static void Integer<TOp, T>(ArrayView<T> a, ArrayView<T> b, ArrayView<T> y)
        where TOp : struct, IIntegerOp
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            y[i] = TOp.Apply(a[i], b[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Of<TStep>(TStep step, float a, float b, float c, float d, float e)
        where TStep : struct, IStep =>
        step.Step(new GpuFloat(a), new GpuFloat(b), new GpuFloat(c), new GpuFloat(d), new GpuFloat(e)).Value;
}

/// <summary>The elements that a thread of a kernel takes: one, and each so many-th after it.</summary>
internal static class GridStride
{
    public static long First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
    }

    public static long Step
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (long)Grid.DimX * Group.DimX;
    }
}

/// <summary>The axes of a result, and the strides along them of it and of up to five operands.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct StridedOperands(
    long count, Axes axes, Strides x0, Strides x1, Strides x2, Strides x3, Strides x4, Strides y)
{
    public readonly long Count = count;
    public readonly Axes Axes = axes;
    public readonly Strides X0 = x0;
    public readonly Strides X1 = x1;
    public readonly Strides X2 = x2;
    public readonly Strides X3 = x3;
    public readonly Strides X4 = x4;
    public readonly Strides Y = y;
}
