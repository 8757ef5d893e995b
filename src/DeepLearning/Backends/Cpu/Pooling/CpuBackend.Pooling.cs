using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryMaxPool(PoolWindows windows, Tensor x, Tensor y, Tensor? indices)
    {
        switch (x.DType)
        {
            case DType.Float32: MaxPool<float>(windows, x, y, indices); break;
            case DType.Float64: MaxPool<double>(windows, x, y, indices); break;
            default: throw DTypes.Unsupported(x.DType);
        }

        return true;
    }

    public override bool TryMaxPoolBackward(Tensor dy, Tensor indices, Tensor dx)
    {
        switch (dx.DType)
        {
            case DType.Float32: MaxPoolBackward<float>(dy, indices, dx); break;
            case DType.Float64: MaxPoolBackward<double>(dy, indices, dx); break;
            default: throw DTypes.Unsupported(dx.DType);
        }

        return true;
    }

    public override bool TryAveragePool(PoolWindows windows, int? divisor, Tensor x, Tensor y)
    {
        if (!windows.IsDense)
        {
            return false;
        }

        switch (x.DType)
        {
            case DType.Float32: AveragePool<float>(windows, divisor, x, y); break;
            case DType.Float64: AveragePool<double>(windows, divisor, x, y); break;
            default: throw DTypes.Unsupported(x.DType);
        }

        return true;
    }

    public override bool TryAveragePoolBackward(PoolWindows windows, int? divisor, Tensor dy, Tensor dx)
    {
        if (!windows.IsDense)
        {
            return false;
        }

        switch (dx.DType)
        {
            case DType.Float32: AveragePoolBackward<float>(windows, divisor, dy, dx); break;
            case DType.Float64: AveragePoolBackward<double>(windows, divisor, dy, dx); break;
            default: throw DTypes.Unsupported(dx.DType);
        }

        return true;
    }

    private static void MaxPool<T>(PoolWindows windows, Tensor x, Tensor y, Tensor? indices)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), ly = new(y);
        using Lease<int> li = indices is null ? default : new(indices);
        fixed (T* px = lx, py = ly)
        fixed (int* pi = li)
        {
            MaxPoolKernel<T> kernel = new() { Windows = windows, X = px, Y = py, Indices = pi };
            RowLoop.Run(kernel, x.Layout.Lengths[0], windows.Source);
        }
    }

    private static void MaxPoolBackward<T>(Tensor dy, Tensor indices, Tensor dx)
        where T : unmanaged, INumber<T>
    {
        int size = dx.Layout.Lengths[1], outputs = dy.Layout.Lengths[1];
        using Lease<T> ly = new(dy), lx = new(dx);
        using Lease<int> li = new(indices);
        fixed (T* py = ly, px = lx)
        fixed (int* pi = li)
        {
            MaxPoolGradientKernel<T> kernel = new() { DY = py, Indices = pi, DX = px, Size = size, Outputs = outputs };
            RowLoop.Run(kernel, dx.Layout.Lengths[0], size);
        }
    }

    private static void AveragePool<T>(PoolWindows windows, int? divisor, Tensor x, Tensor y)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), ly = new(y);
        fixed (T* px = lx, py = ly)
        {
            int planes = x.Layout.Lengths[0], size = (int)windows.Source;
            if (windows.IsWhole)
            {
                T count = T.CreateTruncating(divisor ?? windows.FirstCount);
                RowLoop.Run(new PlaneMeanKernel<T> { X = px, Y = py, Size = size, Count = count }, planes, size);
                return;
            }

            AveragePoolKernel<T> kernel = new() { Windows = windows, Divisor = divisor ?? 0, X = px, Y = py };
            RowLoop.Run(kernel, planes, size);
        }
    }

    private static void AveragePoolBackward<T>(PoolWindows windows, int? divisor, Tensor dy, Tensor dx)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> ly = new(dy), lx = new(dx);
        fixed (T* py = ly, px = lx)
        {
            AveragePoolGradientKernel<T> kernel = new() { Windows = windows, Divisor = divisor ?? 0, DY = py, DX = px };
            RowLoop.Run(kernel, dx.Layout.Lengths[0], windows.Source);
        }
    }
}
