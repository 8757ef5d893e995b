using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <content>Pooling of contiguous planes.</content>
internal sealed partial class GpuBackend
{
    public override bool TryMaxPool(PoolWindows windows, Tensor x, Tensor y, Tensor? indices)
    {
        if (y.Count > 0)
        {
            GpuElements.Floats(x.DType, new MaxPoolWork(this, new PoolPlaces(windows), x, y, indices));
            KeepAlive(x, y, indices);
        }

        return true;
    }

    public override bool TryMaxPoolBackward(PoolWindows windows, Tensor dy, Tensor indices, Tensor dx)
    {
        if (dx.Count > 0)
        {
            GpuElements.Floats(dx.DType, new MaxPoolGradientWork(this, new PoolPlaces(windows), dy, indices, dx));
            KeepAlive(dy, indices, dx);
        }

        return true;
    }

    public override bool TryAveragePool(PoolWindows windows, int? divisor, Tensor x, Tensor y)
    {
        if (y.Count > 0)
        {
            GpuElements.Floats(x.DType, new AveragePoolWork(this, new PoolPlaces(windows), divisor ?? 0, x, y, IsGradient: false));
            KeepAlive(x, y, null);
        }

        return true;
    }

    public override bool TryAveragePoolBackward(PoolWindows windows, int? divisor, Tensor dy, Tensor dx)
    {
        if (dx.Count > 0)
        {
            GpuElements.Floats(dx.DType, new AveragePoolWork(this, new PoolPlaces(windows), divisor ?? 0, dy, dx, IsGradient: true));
            KeepAlive(dy, dx, null);
        }

        return true;
    }

    private static void KeepAlive(Tensor a, Tensor b, Tensor? c)
    {
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
    }

    private readonly record struct MaxPoolWork(GpuBackend Backend, PoolPlaces Places, Tensor X, Tensor Y, Tensor? Indices) : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R> =>
            Backend._context.Launcher<
                Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<int>, PoolPlaces, int>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<int>, PoolPlaces, int>)PoolKernels.Max<TElement, S, R>)(
                Backend._context.Stream, Backend._context.Config(Y.Count), Backend.View<S>(X), Backend.View<S>(Y),
                Indices is null ? Backend.All<int>(Y) : Backend.View<int>(Indices), Places, Indices is null ? 0 : 1);
    }

    private readonly record struct MaxPoolGradientWork(GpuBackend Backend, PoolPlaces Places, Tensor DY, Tensor Indices, Tensor DX)
        : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R> =>
            Backend._context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<int>, ArrayView<S>, PoolPlaces>>(
                (Action<ArrayView<S>, ArrayView<int>, ArrayView<S>, PoolPlaces>)PoolKernels.MaxGradient<TElement, S, R>)(
                Backend._context.Stream, Backend._context.Config(DX.Count), Backend.View<S>(DY), Backend.View<int>(Indices),
                Backend.View<S>(DX), Places);
    }

    private readonly record struct AveragePoolWork(
        GpuBackend Backend, PoolPlaces Places, int Divisor, Tensor From, Tensor To, bool IsGradient) : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R> =>
            Backend._context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, PoolPlaces, int>>(
                IsGradient
                    ? (Action<ArrayView<S>, ArrayView<S>, PoolPlaces, int>)PoolKernels.AverageGradient<TElement, S, R>
                    : PoolKernels.Average<TElement, S, R>)(
                Backend._context.Stream, Backend._context.Config(To.Count), Backend.View<S>(From), Backend.View<S>(To), Places, Divisor);
    }
}
