using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    public override bool TryLayerNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor rstd)
    {
        // Layer normalization keeps rstd in the type of the rows; the kernel writes doubles.
        Tensor wide = rstd.DType == DType.Float64 ? rstd : Tensor.Allocate(rstd.Layout.Lengths, DType.Float64, _device);
        Rows(y, new RowNormWork(this, x, weight, bias, y, mean, wide, eps));
        if (!ReferenceEquals(wide, rstd))
        {
            Copy(wide, rstd);
            wide.Return();
        }

        return true;
    }

    public override bool TryRmsNorm(Tensor x, Tensor? weight, double eps, Tensor y, Tensor rstd) =>
        Rows(y, new RowNormWork(this, x, weight, null, y, null, rstd, eps));

    public override bool TryLayerNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias)
    {
        Tensor wide = Plain(rstd, rstd.Layout.Lengths, DType.Float64);
        RowNormBackward(x, weight, mean, wide, dy, dx, dweight, dbias);
        Done(wide, rstd);
        return true;
    }

    public override bool TryRmsNormBackward(Tensor x, Tensor? weight, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight)
    {
        RowNormBackward(x, weight, null, rstd, dy, dx, dweight, null);
        return true;
    }

    private void RowNormBackward(
        Tensor x, Tensor? weight, Tensor? mean, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias)
    {
        Tensor figures = Tensor.Allocate([3, x.Size(0)], x.DType, _device);
        Computed(x.DType, new RowNormFiguresWork(this, mean, rstd, figures, x));
        if (dx is not null)
        {
            Computed(x.DType, new RowNormGradientWork(this, x, weight, figures, mean is not null, dy, dx));
        }

        if (dweight is not null || dbias is not null)
        {
            // Stretches of rows, as many as keep a GPU busy; by the lengths alone.
            int rows = x.Size(0), length = x.Size(1), parts = (int)Math.Clamp(rows / 16, 1, Math.Max(1, (1 << 18) / length));
            Tensor? weights = dweight is null ? null : Tensor.Allocate([parts, length], x.DType, _device);
            Tensor? biases = dbias is null ? null : Tensor.Allocate([parts, length], x.DType, _device);
            Computed(x.DType, new RowNormColumnsWork(this, x, figures, dy, weights, biases, parts));
            AddParts(weights, dweight);
            AddParts(biases, dbias);
        }

        figures.Return();
    }

    /// <summary>sum = Σ parts over the first axis; the parts are given back.</summary>
    private void AddParts(Tensor? parts, Tensor? sum)
    {
        if (parts is not null)
        {
            Reduce(default(SumOp), parts, 1, sum!, parts.DType);
            parts.Return();
        }
    }

    private readonly struct RowNormWork(
        GpuBackend backend, Tensor x, Tensor? weight, Tensor? bias, Tensor y, Tensor? mean, Tensor rstd, double eps) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            int team = backend.TeamOf(x.Size(1));
            RowNormPlaces places = new(x.Size(0), x.Size(1), eps, team, weight is not null, bias is not null, mean is not null);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<double>,
                ArrayView<double>, RowNormPlaces>>(
                (Action<
                    ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<double>, ArrayView<double>, RowNormPlaces>)
                    RowNormKernels.Forward<TGroup, TElement, S, R>)(
                backend._context.Stream, backend.Teams(x.Size(0), team), backend.View<S>(x), backend.View<S>(weight ?? x),
                backend.View<S>(bias ?? x), backend.View<S>(y), backend.View<double>(mean ?? rstd), backend.View<double>(rstd), places);
            GC.KeepAlive(x);
            GC.KeepAlive(weight);
            GC.KeepAlive(bias);
            GC.KeepAlive(y);
            GC.KeepAlive(mean);
            GC.KeepAlive(rstd);
        }
    }

    private readonly struct RowNormFiguresWork(GpuBackend backend, Tensor? mean, Tensor rstd, Tensor figures, Tensor x) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            RowNormPlaces places = new(x.Size(0), x.Size(1), 0, 1, false, false, mean is not null);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>, ArrayView<S>, RowNormPlaces>>(
                (Action<ArrayView<double>, ArrayView<double>, ArrayView<S>, RowNormPlaces>)RowNormKernels.Figures<TElement, S, R>)(
                backend._context.Stream, backend._context.Config(x.Size(0)), backend.View<double>(mean ?? rstd),
                backend.View<double>(rstd), backend.View<S>(figures), places);
            GC.KeepAlive(mean);
            GC.KeepAlive(rstd);
        }
    }

    private readonly struct RowNormGradientWork(
        GpuBackend backend, Tensor x, Tensor? weight, Tensor figures, bool centers, Tensor dy, Tensor dx) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            int team = backend.TeamOf(x.Size(1));
            RowNormPlaces places = new(x.Size(0), x.Size(1), 0, team, weight is not null, false, centers);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, RowNormPlaces>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, RowNormPlaces>)
                    RowNormKernels.Backward<TGroup, TElement, S, R>)(
                backend._context.Stream, backend.Teams(x.Size(0), team), backend.View<S>(x), backend.View<S>(weight ?? x),
                backend.View<S>(figures), backend.View<S>(dy), backend.View<S>(dx), places);
            GC.KeepAlive(x);
            GC.KeepAlive(weight);
            GC.KeepAlive(dy);
            GC.KeepAlive(dx);
        }
    }

    private readonly struct RowNormColumnsWork(
        GpuBackend backend, Tensor x, Tensor figures, Tensor dy, Tensor? weights, Tensor? biases, int parts) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            RowNormPlaces places = new(x.Size(0), x.Size(1), 0, 1, weights is not null, biases is not null, true);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, RowNormPlaces,
                long>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, RowNormPlaces, long>)
                    RowNormKernels.Columns<TElement, S, R>)(
                backend._context.Stream, backend._context.Config((long)parts * x.Size(1)), backend.View<S>(x), backend.View<S>(figures),
                backend.View<S>(dy), backend.View<S>(weights ?? figures), backend.View<S>(biases ?? figures), places, parts);
            GC.KeepAlive(x);
            GC.KeepAlive(dy);
        }
    }
}
