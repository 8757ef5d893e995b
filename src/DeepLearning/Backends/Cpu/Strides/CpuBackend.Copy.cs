using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void Copy(Tensor source, Tensor destination)
    {
        bool isPlain = source.Layout.IsContiguous && destination.Layout.IsContiguous && source.Layout.SameShape(destination.Layout);
        if (source.DType == destination.DType && !isPlain)
        {
            StridedCopy.Run(source, destination);
            return;
        }

        switch (source.DType)
        {
            case DType.Float32: Copy<float>(source, destination); break;
            case DType.Float64: Copy<double>(source, destination); break;
            case DType.Float16 or DType.BFloat16: CopyHalf(source, destination); break;
            case DType.Int64: Copy<long>(source, destination); break;
            case DType.Int32: Copy<int>(source, destination); break;
            case DType.UInt8 or DType.Bool: Copy<byte>(source, destination); break;
            default: throw DTypes.Unsupported(source.DType);
        }
    }

    public override void Fill(Tensor destination, Scalar value)
    {
        switch (destination.DType)
        {
            case DType.Float32: Fill(destination, (float)value.ToDouble()); break;
            case DType.Float64: Fill(destination, value.ToDouble()); break;
            case DType.Float16: Fill(destination, BitConverter.HalfToInt16Bits((Half)value.ToDouble())); break;
            case DType.BFloat16: Fill(destination, Unsafe.BitCast<BFloat16, short>((BFloat16)value.ToDouble())); break;
            case DType.Int64: Fill(destination, value.ToInt64()); break;
            case DType.Int32: Fill(destination, (int)value.ToInt64()); break;
            case DType.UInt8: Fill(destination, (byte)value.ToInt64()); break;
            case DType.Bool: Fill(destination, value.ToDouble() != 0 ? (byte)1 : (byte)0); break;
            default: throw DTypes.Unsupported(destination.DType);
        }
    }

    private static void Fill<T>(Tensor destination, T value)
        where T : unmanaged => ElementLoop.Run<FillKernel<T>, T>(new FillKernel<T>(value), destination, null);

    private static void Copy<T>(Tensor source, Tensor destination)
        where T : unmanaged => ElementLoop.Run<CopyKernel<T>, T>(default, destination, source);

    private static void CopyHalf(Tensor source, Tensor destination)
    {
        if (source.DType == destination.DType)
        {
            // Same bits: moved as they are, so that NaN payloads survive.
            ElementLoop.Run<CopyKernel<short>, short>(default, destination, source);
        }
        else
        {
            ElementLoop.Run<CopyKernel<float>, float>(default, destination, source);
        }
    }

    private readonly struct CopyKernel<T> : IElementKernel<T>
        where T : unmanaged
    {
        public void Stream()
        {
        }

        public void Run(T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint count)
        {
            // Operands in place and result in place: otherwise loader and writer have done the work on the stack.
            if (x0 != y)
            {
                Unsafe.CopyBlockUnaligned(y, x0, checked((uint)(count * sizeof(T))));
            }
        }
    }

    private readonly struct FillKernel<T>(T value) : IElementKernel<T>
        where T : unmanaged
    {
        private readonly T _value = value;

        public static bool MakesTruthValues => true;

        public void Stream()
        {
        }

        public void Run(T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint count) => new Span<T>(y, (int)count).Fill(_value);
    }
}
