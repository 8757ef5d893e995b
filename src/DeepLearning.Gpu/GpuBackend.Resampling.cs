using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <content>Resampled axes, windows as columns, and distances of rows.</content>
internal sealed partial class GpuBackend
{
    /// <summary>One axis after the other, first the one that leaves less for the other.</summary>
    public override bool TryResample(ResampleAxis vertical, ResampleAxis horizontal, Tensor x, Tensor y)
    {
        if (y.Count == 0)
        {
            return true;
        }

        int planes = x.Size(0);
        if (vertical.IsSame || horizontal.IsSame)
        {
            Resample(vertical.IsSame ? horizontal : vertical, x, y, vertical.IsSame ? 1 : horizontal.Source);
            return true;
        }

        bool downFirst = (long)vertical.Outputs * horizontal.Source <= (long)vertical.Source * horizontal.Outputs;
        Tensor between = downFirst
            ? Tensor.Allocate([planes, vertical.Outputs, horizontal.Source], x.DType, _device)
            : Tensor.Allocate([planes, vertical.Source, horizontal.Outputs], x.DType, _device);
        Resample(downFirst ? vertical : horizontal, x, between, downFirst ? horizontal.Source : 1);
        Resample(downFirst ? horizontal : vertical, between, y, downFirst ? 1 : horizontal.Outputs);
        between.Return();
        return true;
    }

    public override bool TryImageToColumns(in ConvolutionShape shape, Tensor x, Tensor y) =>
        TryColumns(shape, x, y, adds: false);

    public override bool TryColumnsToImage(in ConvolutionShape shape, Tensor x, Tensor y) =>
        TryColumns(shape, x, y, adds: true);

    public override bool TryRowDistances(Tensor a, Tensor b, Tensor squaresA, Tensor squaresB, double share, Tensor products)
    {
        Tensor left = squaresA.Contiguous(), right = squaresB.Contiguous();
        GpuElements.Floats(a.DType, new DistanceWork(this, a, b, left, right, share, products));
        KeepAlive(a, b, products);
        KeepAlive(left, right, null);
        return true;
    }

    private bool TryColumns(in ConvolutionShape shape, Tensor x, Tensor y, bool adds)
    {
        if (!y.IsContiguous || !HasSmallAxes(shape))
        {
            return false;
        }

        if (y.Count > 0)
        {
            Tensor source = Packed(x);
            GpuElements.Floats(x.DType, new ColumnWork(this, new ColumnPlaces(shape), source, y, adds));
            KeepAlive(source, y, null);
            Done(source, x);
        }

        return true;
    }

    /// <summary>Whether places along an axis, padding and all, are numbers of 32 bits.</summary>
    private static bool HasSmallAxes(in ConvolutionShape shape) =>
        shape.Height.PaddedInput + shape.Height.Reach < int.MaxValue && shape.Width.PaddedInput + shape.Width.Reach < int.MaxValue;

    private void Resample(ResampleAxis axis, Tensor x, Tensor y, long inner)
    {
        Tensor first = Tensor.From(axis.First).To(_device), counts = Tensor.From(axis.Counts).To(_device);
        Tensor weights = Tensor.From(axis.Weights).To(x.DType).To(_device);
        GpuElements.Floats(x.DType, new ResampleWork(this, axis, x, first, counts, weights, y, inner));
        KeepAlive(x, y, first);
        KeepAlive(counts, weights, null);
    }

    private readonly record struct ResampleWork(
        GpuBackend Backend, ResampleAxis Axis, Tensor X, Tensor First, Tensor Counts, Tensor Weights, Tensor Y, long Inner) : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R> =>
            Backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<int>, ArrayView<int>, ArrayView<S>, ArrayView<S>, int, int, int,
                long>>(
                (Action<ArrayView<S>, ArrayView<int>, ArrayView<int>, ArrayView<S>, ArrayView<S>, int, int, int, long>)
                    ResampleKernels.Along<TElement, S, R>)(
                Backend._context.Stream, Backend._context.Config(Y.Count), Backend.View<S>(X), Backend.View<int>(First),
                Backend.View<int>(Counts), Backend.View<S>(Weights), Backend.View<S>(Y), Axis.Source, Axis.Outputs, Axis.Taps, Inner);
    }

    private readonly record struct ColumnWork(GpuBackend Backend, ColumnPlaces Places, Tensor X, Tensor Y, bool Adds) : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            KernelConfig config = Backend._context.Config(Y.Count);
            if (Adds)
            {
                Backend._context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ColumnPlaces>>(
                    (Action<ArrayView<S>, ArrayView<S>, ColumnPlaces>)ColumnKernels.Add<TElement, S, R>)(
                    Backend._context.Stream, config, Backend.View<S>(X), Backend.View<S>(Y), Places);
            }
            else
            {
                Backend._context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ColumnPlaces, S>>(
                    (Action<ArrayView<S>, ArrayView<S>, ColumnPlaces, S>)ColumnKernels.Take<S>)(
                    Backend._context.Stream, config, Backend.View<S>(X), Backend.View<S>(Y), Places, default);
            }
        }
    }

    private readonly record struct DistanceWork(
        GpuBackend Backend, Tensor A, Tensor B, Tensor SquaresA, Tensor SquaresB, double Share, Tensor Products) : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R> =>
            Backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, long, long, int,
                double, double>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, long, long, int, double, double>)
                    DistanceKernels.Rows<TElement, S, R>)(
                Backend._context.Stream, Backend._context.Config(Products.Count), Backend.View<S>(A), Backend.View<S>(B),
                Backend.View<S>(SquaresA), Backend.View<S>(SquaresB), Backend.View<S>(Products), A.Size(-2), B.Size(-2), A.Size(-1), Share,
                A.DType == DType.Float64 ? 1e-280 : 1e-30);
    }
}
