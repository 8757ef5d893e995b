using DeepLearning.Numerics;

namespace DeepLearning.Backends.Gpu;

/// <summary>Work that writes numbers R as elements of a type that is chosen when the program runs.</summary>
internal interface IStoreWork<R>
    where R : struct, IReal<R>
{
    void Run<TStore, S>()
        where TStore : struct, IStore<S, R>
        where S : unmanaged;
}

/// <summary>The types that doubles and int64 are written as, with the rounding of a conversion between tensors.</summary>
internal static class GpuStores
{
    public static void Doubles<TWork>(DType dtype, TWork work)
        where TWork : struct, IStoreWork<GpuDouble>
    {
        switch (dtype)
        {
            case DType.Float32: work.Run<WideFloat32, float>(); break;
            case DType.Float64: work.Run<Float64Element, double>(); break;
            case DType.Float16: work.Run<WideFloat16, ushort>(); break;
            case DType.BFloat16: work.Run<WideBFloat16, ushort>(); break;
            case DType.Int64: work.Run<WideInt64, long>(); break;
            case DType.Int32: work.Run<WideInt32, int>(); break;
            case DType.UInt8: work.Run<WideUInt8, byte>(); break;
            case DType.Bool: work.Run<WideBool, byte>(); break;
            default: throw DTypes.Unsupported(dtype);
        }
    }

    public static void Longs<TWork>(DType dtype, TWork work)
        where TWork : struct, IStoreWork<GpuInteger<long, Int64Kind>>
    {
        switch (dtype)
        {
            case DType.Float32: work.Run<LongFloat32, float>(); break;
            case DType.Float64: work.Run<LongFloat64, double>(); break;
            case DType.Float16: work.Run<LongFloat16, ushort>(); break;
            case DType.BFloat16: work.Run<LongBFloat16, ushort>(); break;
            case DType.Int64: work.Run<Int64Element, long>(); break;
            case DType.Int32: work.Run<LongInt32, int>(); break;
            case DType.UInt8: work.Run<LongUInt8, byte>(); break;
            case DType.Bool: work.Run<LongBool, byte>(); break;
            default: throw DTypes.Unsupported(dtype);
        }
    }
}
