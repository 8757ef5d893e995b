using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    public override void Copy(Tensor source, Tensor destination)
    {
        if (destination.Count == 0)
        {
            return;
        }

        GpuWalk walk = new(destination.Layout.Lengths, destination.Layout, source.Layout);
        DType from = source.DType, to = destination.DType;
        if (from == to)
        {
            switch (from.Size())
            {
                case 1: Move<byte>(source, destination, walk); break;
                case 2: Move<ushort>(source, destination, walk); break;
                case 4: Move<int>(source, destination, walk); break;
                case 8: Move<long>(source, destination, walk); break;
                default: throw DTypes.Unsupported(from);
            }
        }
        else
        {
            Convert(source, destination, walk);
        }
    }

    public override void Fill(Tensor destination, Scalar value)
    {
        if (destination.Count == 0)
        {
            return;
        }

        switch (destination.DType)
        {
            case DType.Float32: Fill(destination, (float)value.ToDouble()); break;
            case DType.Float64: Fill(destination, value.ToDouble()); break;
            case DType.Float16: Fill(destination, BitConverter.HalfToUInt16Bits((System.Half)value.ToDouble())); break;
            case DType.BFloat16: Fill(destination, (ushort)(BitConverter.SingleToUInt32Bits((BFloat16)value.ToDouble()) >> 16)); break;
            case DType.Int64: Fill(destination, value.ToInt64()); break;
            case DType.Int32: Fill(destination, (int)value.ToInt64()); break;
            case DType.UInt8: Fill(destination, (byte)value.ToInt64()); break;
            case DType.Bool: Fill(destination, value.ToDouble() != 0 ? (byte)1 : (byte)0); break;
            default: throw DTypes.Unsupported(destination.DType);
        }
    }

    private static CopyPlaces PlacesOf(GpuWalk walk, long[] offsets) =>
        new(walk.Count, walk.Axes, walk.StridesOf(1, offsets), walk.StridesOf(0, offsets));

    private void Fill<T>(Tensor y, T value)
        where T : unmanaged
    {
        GpuWalk walk = new(y.Layout.Lengths, y.Layout, y.Layout);
        Action<AcceleratorStream, KernelConfig, ArrayView<T>, CopyPlaces, T> launch =
            _context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<T>, CopyPlaces, T>>(
                (Action<ArrayView<T>, CopyPlaces, T>)CopyKernels.Fill);
        foreach (long[] offsets in walk.Launches())
        {
            launch(_context.Stream, _context.Config(walk.Count), All<T>(y), PlacesOf(walk, offsets), value);
        }

        GC.KeepAlive(y);
    }

    private void Move<T>(Tensor x, Tensor y, GpuWalk walk)
        where T : unmanaged => Launch<T, T>(CopyKernels.Move, x, y, walk);

    /// <summary>Floats by way of floats where neither is wider; otherwise by way of doubles, and integers by way of int64.</summary>
    private void Convert(Tensor x, Tensor y, GpuWalk walk)
    {
        switch (x.DType)
        {
            case DType.Float32 when y.DType != DType.Float64 && y.DType.IsFloatingPoint():
                FromFloat<Float32Element, float>(x, y, walk);
                break;
            case DType.Float16 when y.DType is DType.Float32 or DType.BFloat16: FromFloat<Float16Element, ushort>(x, y, walk); break;
            case DType.BFloat16 when y.DType is DType.Float32 or DType.Float16: FromFloat<BFloat16Element, ushort>(x, y, walk); break;
            case DType.Float32: FromDouble<WideFloat32, float>(x, y, walk); break;
            case DType.Float64: FromDouble<Float64Element, double>(x, y, walk); break;
            case DType.Float16: FromDouble<WideFloat16, ushort>(x, y, walk); break;
            case DType.BFloat16: FromDouble<WideBFloat16, ushort>(x, y, walk); break;
            case DType.Int64: FromInteger<Int64Element, long>(x, y, walk); break;
            case DType.Int32: FromInteger<LongInt32, int>(x, y, walk); break;
            case DType.UInt8 or DType.Bool: FromInteger<LongUInt8, byte>(x, y, walk); break;
            default: throw DTypes.Unsupported(x.DType);
        }
    }

    private void FromFloat<TSource, A>(Tensor x, Tensor y, GpuWalk walk)
        where TSource : struct, ILoad<A, GpuFloat>
        where A : unmanaged
    {
        switch (y.DType)
        {
            case DType.Float32: Convert<TSource, A, Float32Element, float, GpuFloat>(x, y, walk); break;
            case DType.Float16: Convert<TSource, A, Float16Element, ushort, GpuFloat>(x, y, walk); break;
            case DType.BFloat16: Convert<TSource, A, BFloat16Element, ushort, GpuFloat>(x, y, walk); break;
            default: throw DTypes.Unsupported(y.DType);
        }
    }

    private void FromDouble<TSource, A>(Tensor x, Tensor y, GpuWalk walk)
        where TSource : struct, ILoad<A, GpuDouble>
        where A : unmanaged
    {
        switch (y.DType)
        {
            case DType.Float32: Convert<TSource, A, WideFloat32, float, GpuDouble>(x, y, walk); break;
            case DType.Float64: Convert<TSource, A, Float64Element, double, GpuDouble>(x, y, walk); break;
            case DType.Float16: Convert<TSource, A, WideFloat16, ushort, GpuDouble>(x, y, walk); break;
            case DType.BFloat16: Convert<TSource, A, WideBFloat16, ushort, GpuDouble>(x, y, walk); break;
            case DType.Int64: Convert<TSource, A, WideInt64, long, GpuDouble>(x, y, walk); break;
            case DType.Int32: Convert<TSource, A, WideInt32, int, GpuDouble>(x, y, walk); break;
            case DType.UInt8: Convert<TSource, A, WideUInt8, byte, GpuDouble>(x, y, walk); break;
            case DType.Bool: Convert<TSource, A, WideBool, byte, GpuDouble>(x, y, walk); break;
            default: throw DTypes.Unsupported(y.DType);
        }
    }

    private void FromInteger<TSource, A>(Tensor x, Tensor y, GpuWalk walk)
        where TSource : struct, ILoad<A, GpuInteger<long, Int64Kind>>
        where A : unmanaged
    {
        switch (y.DType)
        {
            case DType.Float32: Convert<TSource, A, LongFloat32, float, GpuInteger<long, Int64Kind>>(x, y, walk); break;
            case DType.Float64: Convert<TSource, A, LongFloat64, double, GpuInteger<long, Int64Kind>>(x, y, walk); break;
            case DType.Float16: Convert<TSource, A, LongFloat16, ushort, GpuInteger<long, Int64Kind>>(x, y, walk); break;
            case DType.BFloat16: Convert<TSource, A, LongBFloat16, ushort, GpuInteger<long, Int64Kind>>(x, y, walk); break;
            case DType.Int64: Convert<TSource, A, Int64Element, long, GpuInteger<long, Int64Kind>>(x, y, walk); break;
            case DType.Int32: Convert<TSource, A, LongInt32, int, GpuInteger<long, Int64Kind>>(x, y, walk); break;
            case DType.UInt8: Convert<TSource, A, LongUInt8, byte, GpuInteger<long, Int64Kind>>(x, y, walk); break;
            case DType.Bool: Convert<TSource, A, LongBool, byte, GpuInteger<long, Int64Kind>>(x, y, walk); break;
            default: throw DTypes.Unsupported(y.DType);
        }
    }

    private void Convert<TSource, A, TTarget, B, R>(Tensor x, Tensor y, GpuWalk walk)
        where TSource : struct, ILoad<A, R>
        where TTarget : struct, IStore<B, R>
        where A : unmanaged
        where B : unmanaged
        where R : struct, IReal<R> => Launch<A, B>(CopyKernels.Convert<TSource, A, TTarget, B, R>, x, y, walk);

    private void Launch<A, B>(Action<ArrayView<A>, ArrayView<B>, CopyPlaces> kernel, Tensor x, Tensor y, GpuWalk walk)
        where A : unmanaged
        where B : unmanaged
    {
        Action<AcceleratorStream, KernelConfig, ArrayView<A>, ArrayView<B>, CopyPlaces> launch =
            _context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<A>, ArrayView<B>, CopyPlaces>>(kernel);
        foreach (long[] offsets in walk.Launches())
        {
            launch(_context.Stream, _context.Config(walk.Count), All<A>(x), All<B>(y), PlacesOf(walk, offsets));
        }

        GC.KeepAlive(x);
        GC.KeepAlive(y);
    }
}
