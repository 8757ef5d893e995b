using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryImageToColumns(in ConvolutionShape shape, Tensor x, Tensor y)
    {
        switch (y.DType)
        {
            case DType.Float32: ImageToColumns<float>(shape, x, y); break;
            case DType.Float64: ImageToColumns<double>(shape, x, y); break;
            default: throw DTypes.Unsupported(y.DType);
        }

        return true;
    }

    public override bool TryColumnsToImage(in ConvolutionShape shape, Tensor x, Tensor y)
    {
        switch (y.DType)
        {
            case DType.Float32: ColumnsToImage<float>(shape, x, y); break;
            case DType.Float64: ColumnsToImage<double>(shape, x, y); break;
            default: throw DTypes.Unsupported(y.DType);
        }

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
}
