using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    /// <summary>Runs of a channel shorter than this are brought together first, so that neighboring threads read neighbors.</summary>
    private const int ShortRun = 8;

    public override bool TryBatchNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance)
    {
        (int batch, int channels, int length) = (x.Size(0), x.Size(1), x.Size(2));
        Tensor rows = Gathered(x);
        bool isGathered = !ReferenceEquals(rows, x);
        FillMoments(
            rows, isGathered ? Segments(channels, 1, (long)batch * length, 0) : Segments(channels, batch, length, (long)channels * length),
            mean, variance);
        if (isGathered)
        {
            rows.Return();
        }

        Tensor figures = Tensor.Allocate([3, channels], x.DType, _device);
        Computed(x.DType, new FiguresWork(this, mean, variance, weight, bias, figures, new FigurePlaces(
            channels, channels, 1, eps, weight is not null, bias is not null)));
        Normalize(x, figures, y);
        return true;
    }

    public override bool TryGroupNorm(
        Tensor x, int groups, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance)
    {
        (int batch, int channels, int length) = (x.Size(0), x.Size(1), x.Size(2));
        FillMoments(x, Segments((long)batch * groups, 1, (long)channels / groups * length, 0), mean, variance);
        int count = checked(batch * channels);
        Tensor figures = Tensor.Allocate([3, count], x.DType, _device);
        Computed(x.DType, new FiguresWork(this, mean, variance, weight, bias, figures, new FigurePlaces(
            count, channels, channels / groups, eps, weight is not null, bias is not null)));
        Normalize(x, figures, y);
        return true;
    }

    public override bool TryNormalizeChannels(
        Tensor x, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, double eps, Tensor y)
    {
        int channels = x.Size(1);
        Tensor wideMean = Wide(mean)!, wideVariance = Wide(variance)!;
        Tensor? wideWeight = Wide(weight), wideBias = Wide(bias);
        Tensor figures = Tensor.Allocate([3, channels], x.DType, _device);
        Computed(x.DType, new FiguresWork(this, wideMean, wideVariance, wideWeight, wideBias, figures, new FigurePlaces(
            channels, channels, 1, eps, weight is not null, bias is not null)));
        Done(wideMean, mean);
        Done(wideVariance, variance);
        if (weight is not null)
        {
            Done(wideWeight!, weight);
        }

        if (bias is not null)
        {
            Done(wideBias!, bias);
        }

        Normalize(x, figures, y);
        return true;
    }

    public override bool TryBatchNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias)
    {
        (int batch, int channels, int length) = (x.Size(0), x.Size(1), x.Size(2));
        Tensor rows = Gathered(x), rowsOfGradient = Gathered(dy);
        Tensor sums = Tensor.Allocate([2, channels], DType.Float64, _device);
        bool isGathered = !ReferenceEquals(rows, x);
        FillSums(
            rows, rowsOfGradient, mean,
            isGathered ? Segments(channels, 1, (long)batch * length, 0) : Segments(channels, batch, length, (long)channels * length),
            1, sums);
        if (isGathered)
        {
            rows.Return();
            rowsOfGradient.Return();
        }

        FigurePlaces places = new(channels, channels, 1, eps, weight is not null, false);
        NormBackward(x, weight, mean, variance, dy, dx, dweight, dbias, sums, places, (double)batch * length);
        return true;
    }

    public override bool TryGroupNormBackward(
        Tensor x, int groups, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight,
        Tensor? dbias)
    {
        (int batch, int channels, int length) = (x.Size(0), x.Size(1), x.Size(2));
        int count = checked(batch * channels), members = channels / groups;
        Tensor sums = Tensor.Allocate([2, count], DType.Float64, _device);
        FillSums(x, dy, mean, Segments(count, 1, length, 0), members, sums);
        FigurePlaces places = new(count, channels, members, eps, weight is not null, false);
        NormBackward(x, weight, mean, variance, dy, dx, dweight, dbias, sums, places, (double)members * length);
        return true;
    }

    private void NormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor variance, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias, Tensor sums,
        FigurePlaces places, double count)
    {
        if (dx is not null)
        {
            Tensor figures = Tensor.Allocate([4, checked((int)places.Figures)], x.DType, _device);
            Computed(x.DType, new GradientFiguresWork(this, sums, mean, variance, weight, figures, places, count));
            Computed(x.DType, new ChannelGradientWork(this, x, dy, figures, dx));
            figures.Return();
        }

        if (dweight is not null || dbias is not null)
        {
            Computed(x.DType, new ChannelsWork(this, sums, variance, dweight, dbias, new FigurePlaces(
                places.Figures, places.Channels, places.Members, places.Eps, dweight is not null, dbias is not null)));
        }

        sums.Return();
    }

    /// <summary>[batch, channels, length], or a copy [channels, batch · length] where the runs of a channel are short.</summary>
    private Tensor Gathered(Tensor x)
    {
        if (x.Size(2) >= ShortRun || x.Size(0) == 1)
        {
            return x;
        }

        Tensor rows = Tensor.Allocate([x.Size(1), x.Size(0), x.Size(2)], x.DType, _device);
        Copy(x.ViewAs(new Layout(
            [x.Size(1), x.Size(0), x.Size(2)], [x.Layout.Strides[1], x.Layout.Strides[0], x.Layout.Strides[2]], x.Layout.Offset)), rows);
        return rows;
    }

    private Tensor? Wide(Tensor? x) => x is null ? null : Plain(x, x.Layout.Lengths, DType.Float64);

    /// <summary>
    /// Segments of so many runs. They are cut into parts where they are too few for a GPU: by the lengths alone, so that the sums do not
    /// depend on the device.
    /// </summary>
    private SegmentPlaces Segments(long segments, long runs, long runLength, long runStride)
    {
        long count = runs * runLength, parts = Math.Clamp(4096 / segments, 1, Math.Max(1, count / 2048));
        long stretch = (count + parts - 1) / parts;
        parts = (count + stretch - 1) / stretch;
        return new SegmentPlaces(segments, runStride == 0 ? count : runLength, runs, runLength, runStride, parts, TeamOf(stretch));
    }

    private void FillMoments(Tensor x, SegmentPlaces places, Tensor mean, Tensor variance)
    {
        Tensor parts = Tensor.Allocate([3, checked((int)places.Units)], x.DType, _device);
        Computed(x.DType, new MomentsWork(this, x, parts, mean, variance, places));
        parts.Return();
    }

    private void FillSums(Tensor x, Tensor dy, Tensor mean, SegmentPlaces places, long members, Tensor sums)
    {
        Tensor parts = Tensor.Allocate([2, checked((int)places.Units)], x.DType, _device);
        Computed(x.DType, new SumsWork(this, x, dy, mean, parts, sums, places, members));
        parts.Return();
    }

    private void Normalize(Tensor x, Tensor figures, Tensor y)
    {
        Computed(x.DType, new NormalizeWork(this, x, figures, y));
        figures.Return();
    }

    private readonly struct MomentsWork(
        GpuBackend backend, Tensor x, Tensor parts, Tensor mean, Tensor variance, SegmentPlaces places) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            GpuContext context = backend._context;
            context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, SegmentPlaces>>(
                (Action<ArrayView<S>, ArrayView<S>, SegmentPlaces>)ChannelNormKernels.Moments<TGroup, TElement, S, R>)(
                context.Stream, backend.Teams(places.Units, places.Team), backend.View<S>(x), backend.View<S>(parts), places);
            context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<double>, ArrayView<double>, SegmentPlaces>>(
                (Action<ArrayView<S>, ArrayView<double>, ArrayView<double>, SegmentPlaces>)
                    ChannelNormKernels.CombineMoments<TElement, S, R>)(
                context.Stream, context.Config(places.Segments), backend.View<S>(parts), backend.View<double>(mean),
                backend.View<double>(variance), places);
            GC.KeepAlive(x);
            GC.KeepAlive(mean);
            GC.KeepAlive(variance);
        }
    }

    private readonly struct FiguresWork(
        GpuBackend backend, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, Tensor figures, FigurePlaces places) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            if ((weight ?? bias)?.DType == DType.Float64)
            {
                Run<TElement, S, R, ComputedDouble, double, GpuDouble>();
            }
            else
            {
                Run<TElement, S, R, TElement, S, R>();
            }
        }

        private void Run<TElement, S, R, TWide, W, RW>()
            where TElement : struct, IComputed<S, R>
            where TWide : struct, IComputed<W, RW>
            where S : unmanaged
            where W : unmanaged
            where R : struct, IReal<R>
            where RW : struct, IReal<RW>
        {
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>, ArrayView<W>, ArrayView<W>, ArrayView<S>,
                FigurePlaces>>(
                (Action<ArrayView<double>, ArrayView<double>, ArrayView<W>, ArrayView<W>, ArrayView<S>, FigurePlaces>)
                    ChannelNormKernels.Figures<TElement, S, R, TWide, W, RW>)(
                backend._context.Stream, backend._context.Config(places.Figures), backend.View<double>(mean),
                backend.View<double>(variance), backend.View<W>(weight ?? mean), backend.View<W>(bias ?? mean), backend.View<S>(figures),
                places);
            GC.KeepAlive(mean);
            GC.KeepAlive(variance);
            GC.KeepAlive(weight);
            GC.KeepAlive(bias);
        }
    }

    private readonly struct NormalizeWork(GpuBackend backend, Tensor x, Tensor figures, Tensor y) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            SegmentPlaces places = backend.Segments((long)x.Size(0) * x.Size(1), 1, x.Size(2), 0);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, SegmentPlaces, long>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, SegmentPlaces, long>)
                    ChannelNormKernels.Normalize<TGroup, TElement, S, R>)(
                backend._context.Stream, backend.Teams(places.Units, places.Team), backend.View<S>(x), backend.View<S>(figures),
                backend.View<S>(y), places, figures.Size(1));
            GC.KeepAlive(x);
            GC.KeepAlive(y);
        }
    }

    private readonly struct SumsWork(
        GpuBackend backend, Tensor x, Tensor dy, Tensor mean, Tensor parts, Tensor sums, SegmentPlaces places, long members) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            GpuContext context = backend._context;
            context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<double>, ArrayView<S>, SegmentPlaces, long>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<double>, ArrayView<S>, SegmentPlaces, long>)
                    ChannelGradientKernels.Sums<TGroup, TElement, S, R>)(
                context.Stream, backend.Teams(places.Units, places.Team), backend.View<S>(x), backend.View<S>(dy),
                backend.View<double>(mean), backend.View<S>(parts), places, members);
            context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<double>, SegmentPlaces>>(
                (Action<ArrayView<S>, ArrayView<double>, SegmentPlaces>)ChannelGradientKernels.CombineSums<TElement, S, R>)(
                context.Stream, context.Config(2 * places.Segments), backend.View<S>(parts), backend.View<double>(sums), places);
            GC.KeepAlive(x);
            GC.KeepAlive(dy);
            GC.KeepAlive(mean);
        }
    }

    private readonly struct GradientFiguresWork(
        GpuBackend backend, Tensor sums, Tensor mean, Tensor variance, Tensor? weight, Tensor figures, FigurePlaces places, double count)
        : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>, ArrayView<double>, ArrayView<S>, ArrayView<S>,
                FigurePlaces, double>>(
                (Action<ArrayView<double>, ArrayView<double>, ArrayView<double>, ArrayView<S>, ArrayView<S>, FigurePlaces, double>)
                    ChannelGradientKernels.Figures<TElement, S, R>)(
                backend._context.Stream, backend._context.Config(places.Figures), backend.View<double>(sums), backend.View<double>(mean),
                backend.View<double>(variance), backend.View<S>(weight ?? figures), backend.View<S>(figures), places, count);
            GC.KeepAlive(mean);
            GC.KeepAlive(variance);
            GC.KeepAlive(weight);
        }
    }

    private readonly struct ChannelGradientWork(GpuBackend backend, Tensor x, Tensor dy, Tensor figures, Tensor dx) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            SegmentPlaces places = backend.Segments((long)x.Size(0) * x.Size(1), 1, x.Size(2), 0);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, SegmentPlaces, long>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, SegmentPlaces, long>)
                    ChannelGradientKernels.Gradient<TGroup, TElement, S, R>)(
                backend._context.Stream, backend.Teams(places.Units, places.Team), backend.View<S>(x), backend.View<S>(dy),
                backend.View<S>(figures), backend.View<S>(dx), places, figures.Size(1));
            GC.KeepAlive(x);
            GC.KeepAlive(dy);
            GC.KeepAlive(dx);
        }
    }

    private readonly struct ChannelsWork(
        GpuBackend backend, Tensor sums, Tensor variance, Tensor? dweight, Tensor? dbias, FigurePlaces places) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            Tensor any = (dweight ?? dbias)!;
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>, ArrayView<S>, ArrayView<S>, FigurePlaces>>(
                (Action<ArrayView<double>, ArrayView<double>, ArrayView<S>, ArrayView<S>, FigurePlaces>)
                    ChannelGradientKernels.Channels<TElement, S, R>)(
                backend._context.Stream, backend._context.Config(places.Channels), backend.View<double>(sums),
                backend.View<double>(variance), backend.View<S>(dweight ?? any), backend.View<S>(dbias ?? any), places);
            GC.KeepAlive(variance);
            GC.KeepAlive(dweight);
            GC.KeepAlive(dbias);
        }
    }
}
