using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryResample(ResampleAxis vertical, ResampleAxis horizontal, Tensor x, Tensor y)
    {
        ElementTypes.Floats(x.DType, new ResampleWork(vertical, horizontal, x, y));
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
            RowLoop.Run(kernel, (long)x.Size(0) * kernel.Blocks, kernel.BlockElements);
        }
    }

    private readonly struct ResampleWork(ResampleAxis vertical, ResampleAxis horizontal, Tensor x, Tensor y) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Resample<T>(vertical, horizontal, x, y);
    }
}
