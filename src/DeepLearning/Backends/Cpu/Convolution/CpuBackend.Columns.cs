using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryImageToColumns(in ConvolutionShape shape, Tensor x, Tensor y)
    {
        ElementTypes.Floats(y.DType, new ImageToColumnsWork(shape, x, y));
        return true;
    }

    public override bool TryColumnsToImage(in ConvolutionShape shape, Tensor x, Tensor y)
    {
        ElementTypes.Floats(y.DType, new ColumnsToImageWork(shape, x, y));
        return true;
    }

    private static void ImageToColumns<T>(in ConvolutionShape shape, Tensor x, Tensor y)
        where T : unmanaged, INumberBase<T>
    {
        using Lease<T> lx = new(Packed(x)), ly = new(y);
        fixed (T* px = lx, py = ly)
        {
            ColumnsKernel<T>.Take(shape, px, py);
        }
    }

    private static void ColumnsToImage<T>(in ConvolutionShape shape, Tensor x, Tensor y)
        where T : unmanaged, INumberBase<T>
    {
        using Lease<T> lx = new(Packed(x)), ly = new(y);
        fixed (T* px = lx, py = ly)
        {
            ColumnsKernel<T>.Add(shape, px, py);
        }
    }

    private readonly struct ImageToColumnsWork(ConvolutionShape shape, Tensor x, Tensor y) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => ImageToColumns<T>(shape, x, y);
    }

    private readonly struct ColumnsToImageWork(ConvolutionShape shape, Tensor x, Tensor y) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => ColumnsToImage<T>(shape, x, y);
    }
}
