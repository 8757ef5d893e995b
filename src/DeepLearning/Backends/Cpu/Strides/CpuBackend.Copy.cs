using System.Numerics;
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

        if (source.DType is DType.Float16 or DType.BFloat16)
        {
            CopyHalf(source, destination);
            return;
        }

        ElementTypes.Numbers(source.DType, new CopyWork(source, destination));
    }

    public override void Fill(Tensor destination, Scalar value)
    {
        if (destination.DType == DType.Bool)
        {
            Fill(destination, value.ToDouble() != 0 ? (byte)1 : (byte)0);
            return;
        }

        ElementTypes.Stored(destination.DType, new FillWork(destination, value));
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

    private readonly struct CopyWork(Tensor source, Tensor destination) : INumberWork
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => Copy<T>(source, destination);
    }

    private readonly struct FillWork(Tensor destination, Scalar value) : IStoredWork
    {
        public void Run<T>()
            where T : unmanaged
        {
            bool isInteger = typeof(T) == typeof(long) || typeof(T) == typeof(int) || typeof(T) == typeof(byte);
            T element = isInteger ? Conversion.Convert<long, T>(value.ToInt64()) : Conversion.Convert<double, T>(value.ToDouble());
            if (sizeof(T) == sizeof(short))
            {
                // Of 16-bit floats only the bits are moved.
                Fill(destination, Unsafe.BitCast<T, short>(element));
                return;
            }

            Fill(destination, element);
        }
    }
}
