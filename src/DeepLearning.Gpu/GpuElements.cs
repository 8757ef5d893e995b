using DeepLearning.Numerics;

namespace DeepLearning.Backends.Gpu;

/// <summary>Work over elements of a type that is chosen when the program runs.</summary>
internal interface IElementWork
{
    void Run<TElement, S, R>()
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>;
}

/// <summary>The one place that chooses a kernel's element type.</summary>
internal static class GpuElements
{
    /// <summary>Runs work for a floating-point type.</summary>
    public static void Floats<TWork>(DType dtype, TWork work)
        where TWork : struct, IElementWork
    {
        switch (dtype)
        {
            case DType.Float32: work.Run<Float32Element, float, GpuFloat>(); break;
            case DType.Float64: work.Run<Float64Element, double, GpuDouble>(); break;
            case DType.Float16: work.Run<Float16Element, ushort, GpuFloat>(); break;
            case DType.BFloat16: work.Run<BFloat16Element, ushort, GpuFloat>(); break;
            default: throw new DTypeException($"{typeof(TWork).Name}: not defined for {dtype.Name()} tensors.");
        }
    }

    /// <summary>Runs work for any type.</summary>
    public static void Numbers<TWork>(DType dtype, TWork work)
        where TWork : struct, IElementWork
    {
        switch (dtype)
        {
            case DType.Int64: work.Run<Int64Element, long, GpuInteger<long, Int64Kind>>(); break;
            case DType.Int32: work.Run<Int32Element, int, GpuInteger<int, Int32Kind>>(); break;
            case DType.UInt8: work.Run<UInt8Element, byte, GpuInteger<int, ByteKind>>(); break;
            case DType.Bool: work.Run<BoolElement, byte, GpuInteger<int, ByteKind>>(); break;
            case DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16: Floats(dtype, work); break;
            default: throw DTypes.Unsupported(dtype);
        }
    }
}
