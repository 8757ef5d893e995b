using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void MaxPool(PoolAxis vertical, PoolAxis horizontal, Tensor x, Tensor y, Tensor? indices)
    {
        switch (x.DType)
        {
            case DType.Float32: MaxPool<float>(vertical, horizontal, x, y, indices); break;
            case DType.Float64: MaxPool<double>(vertical, horizontal, x, y, indices); break;
            default: throw DTypes.Unsupported(x.DType);
        }
    }

    public override void MaxPoolBackward(Tensor dy, Tensor indices, Tensor dx)
    {
        switch (dx.DType)
        {
            case DType.Float32: MaxPoolBackward<float>(dy, indices, dx); break;
            case DType.Float64: MaxPoolBackward<double>(dy, indices, dx); break;
            default: throw DTypes.Unsupported(dx.DType);
        }
    }

    public override void AveragePool(PoolAxis vertical, PoolAxis horizontal, int? divisor, Tensor x, Tensor y)
    {
        switch (x.DType)
        {
            case DType.Float32: AveragePool<float>(vertical, horizontal, divisor, x, y); break;
            case DType.Float64: AveragePool<double>(vertical, horizontal, divisor, x, y); break;
            default: throw DTypes.Unsupported(x.DType);
        }
    }

    public override void AveragePoolBackward(PoolAxis vertical, PoolAxis horizontal, int? divisor, Tensor dy, Tensor dx)
    {
        switch (dx.DType)
        {
            case DType.Float32: AveragePoolBackward<float>(vertical, horizontal, divisor, dy, dx); break;
            case DType.Float64: AveragePoolBackward<double>(vertical, horizontal, divisor, dy, dx); break;
            default: throw DTypes.Unsupported(dx.DType);
        }
    }

    private static void MaxPool<T>(PoolAxis vertical, PoolAxis horizontal, Tensor x, Tensor y, Tensor? indices)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), ly = new(y);
        using Lease<int> li = indices is null ? default : new(indices);
        fixed (T* px = lx, py = ly)
        fixed (int* pi = li)
        {
            MaxPoolKernel<T> kernel = new() { Vertical = vertical, Horizontal = horizontal, X = px, Y = py, Indices = pi };
            RowLoop.Run(kernel, x.Layout.Lengths[0], (long)vertical.Source * horizontal.Source);
        }
    }

    private static void MaxPoolBackward<T>(Tensor dy, Tensor indices, Tensor dx)
        where T : unmanaged, INumber<T>
    {
        int size = dx.Layout.Lengths[1] * dx.Layout.Lengths[2], outputs = dy.Layout.Lengths[1] * dy.Layout.Lengths[2];
        using Lease<T> ly = new(dy), lx = new(dx);
        using Lease<int> li = new(indices);
        fixed (T* py = ly, px = lx)
        fixed (int* pi = li)
        {
            MaxPoolGradientKernel<T> kernel = new() { DY = py, Indices = pi, DX = px, Size = size, Outputs = outputs };
            RowLoop.Run(kernel, dx.Layout.Lengths[0], size);
        }
    }

    private static void AveragePool<T>(PoolAxis vertical, PoolAxis horizontal, int? divisor, Tensor x, Tensor y)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), ly = new(y);
        fixed (T* px = lx, py = ly)
        {
            int planes = x.Layout.Lengths[0], size = vertical.Source * horizontal.Source;
            if (vertical.IsWhole && horizontal.IsWhole)
            {
                T count = T.CreateTruncating(divisor ?? ((long)vertical.Counts[0] * horizontal.Counts[0]));
                RowLoop.Run(new PlaneMeanKernel<T> { X = px, Y = py, Size = size, Count = count }, planes, size);
                return;
            }

            AveragePoolKernel<T> kernel = new() { Vertical = vertical, Horizontal = horizontal, Divisor = divisor ?? 0, X = px, Y = py };
            RowLoop.Run(kernel, planes, size);
        }
    }

    private static void AveragePoolBackward<T>(PoolAxis vertical, PoolAxis horizontal, int? divisor, Tensor dy, Tensor dx)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> ly = new(dy), lx = new(dx);
        fixed (T* py = ly, px = lx)
        {
            AveragePoolGradientKernel<T> kernel = new()
            {
                Vertical = vertical,
                Horizontal = horizontal,
                Divisor = divisor ?? 0,
                DY = py,
                DX = px,
            };
            RowLoop.Run(kernel, dx.Layout.Lengths[0], (long)vertical.Source * horizontal.Source);
        }
    }
}
