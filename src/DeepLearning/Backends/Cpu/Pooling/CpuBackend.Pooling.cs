using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryMaxPool(PoolWindows windows, Tensor x, Tensor y, Tensor? indices)
    {
        ElementTypes.Floats(x.DType, new MaxPoolWork(windows, x, y, indices));
        return true;
    }

    public override bool TryMaxPoolBackward(PoolWindows windows, Tensor dy, Tensor indices, Tensor dx)
    {
        ElementTypes.Floats(dx.DType, new MaxPoolBackwardWork(dy, indices, dx));
        return true;
    }

    public override bool TryAveragePool(PoolWindows windows, int? divisor, Tensor x, Tensor y)
    {
        if (!windows.IsDense)
        {
            return false;
        }

        ElementTypes.Floats(x.DType, new AveragePoolWork(windows, divisor, x, y));
        return true;
    }

    public override bool TryAveragePoolBackward(PoolWindows windows, int? divisor, Tensor dy, Tensor dx)
    {
        if (!windows.IsDense)
        {
            return false;
        }

        ElementTypes.Floats(dx.DType, new AveragePoolBackwardWork(windows, divisor, dy, dx));
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
            RowLoop.Run(kernel, x.Size(0), windows.Source);
        }
    }

    private static void MaxPoolBackward<T>(Tensor dy, Tensor indices, Tensor dx)
        where T : unmanaged, INumber<T>
    {
        int size = dx.Size(1), outputs = dy.Size(1);
        using Lease<T> ly = new(dy), lx = new(dx);
        using Lease<int> li = new(indices);
        fixed (T* py = ly, px = lx)
        fixed (int* pi = li)
        {
            MaxPoolGradientKernel<T> kernel = new() { DY = py, Indices = pi, DX = px, Size = size, Outputs = outputs };
            RowLoop.Run(kernel, dx.Size(0), size);
        }
    }

    private static void AveragePool<T>(PoolWindows windows, int? divisor, Tensor x, Tensor y)
        where T : unmanaged, INumber<T>
    {
        using Lease<T> lx = new(x), ly = new(y);
        fixed (T* px = lx, py = ly)
        {
            int planes = x.Size(0), size = (int)windows.Source;
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
            RowLoop.Run(kernel, dx.Size(0), windows.Source);
        }
    }

    private readonly struct MaxPoolWork(PoolWindows windows, Tensor x, Tensor y, Tensor? indices) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => MaxPool<T>(windows, x, y, indices);
    }

    private readonly struct MaxPoolBackwardWork(Tensor dy, Tensor indices, Tensor dx) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => MaxPoolBackward<T>(dy, indices, dx);
    }

    private readonly struct AveragePoolWork(PoolWindows windows, int? divisor, Tensor x, Tensor y) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => AveragePool<T>(windows, divisor, x, y);
    }

    private readonly struct AveragePoolBackwardWork(PoolWindows windows, int? divisor, Tensor dy, Tensor dx) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => AveragePoolBackward<T>(windows, divisor, dy, dx);
    }
}
