using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryResample(ResampleAxis vertical, ResampleAxis horizontal, Tensor x, Tensor y)
    {
        switch (x.DType)
        {
            case DType.Float32: Resample<float>(vertical, horizontal, x, y); break;
            case DType.Float64: Resample<double>(vertical, horizontal, x, y); break;
            default: throw DTypes.Unsupported(x.DType);
        }

        return true;
    }

    private static void Resample<T>(ResampleAxis vertical, ResampleAxis horizontal, Tensor x, Tensor y)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), ly = new(y);
        T[] down = Array.ConvertAll(vertical.Weights, T.CreateTruncating);
        T[] across = Array.ConvertAll(horizontal.Weights, T.CreateTruncating);
        fixed (T* px = lx, py = ly, pd = down, pa = across)
        {
            ResampleKernel<T> kernel = new(vertical, horizontal) { X = px, Y = py, Down = pd, Across = pa };
            RowLoop.Run(kernel, (long)x.Layout.Lengths[0] * kernel.Blocks, kernel.BlockElements);
        }
    }
}
