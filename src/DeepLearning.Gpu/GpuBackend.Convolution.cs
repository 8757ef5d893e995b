using System.Collections.Concurrent;
using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <content>
/// Convolutions as products of matrices that are nowhere in memory: their kernel reads windows of the images by tables of taps.
/// </content>
internal sealed partial class GpuBackend
{
    /// <summary>From so many channels of a group on, tiles are worth it.</summary>
    private const int TiledChannels = 8;

    /// <summary>The most tables of taps that are kept.</summary>
    private const int MostTables = 256;

    private readonly ConcurrentDictionary<TapPlaces, Tensor> _taps = new();

    public override bool ConvolvesNarrow => true;

    public override bool TryConvolve(in ConvolutionShape shape, Tensor x, Tensor weight, Tensor? bias, Tensor y)
    {
        if (!y.IsContiguous
            || !ConvolutionPlaces.Fit(shape, shape.GroupInput * shape.InputSize, shape.Batch * shape.OutputSize))
        {
            return false;
        }

        if (y.Count == 0)
        {
            return true;
        }

        Tensor kernels = Packed(weight);
        Tensor? added = bias is null ? null : Packed(bias);
        Convolve(shape, x, kernels, added, y, null);
        Done(kernels, weight);
        DoneIf(added, bias);
        return true;
    }

    /// <summary>The convolution with a packed weight and bias, and what follows.</summary>
    private void Convolve(in ConvolutionShape shape, Tensor x, Tensor weight, Tensor? bias, Tensor y, ChainCall? chain)
    {
        Tensor source = Packed(x);
        Convolve(
            shape, source, weight, Table(ConvolutionPlaces.Taps(shape)), bias, y, (shape.GroupOutput, shape.GroupInput * shape.Taps),
            ConvolutionPlaces.Windows(shape), ConvolutionPlaces.Result(shape, y.Layout.Offset), shape.GroupInput * shape.InputSize,
            checked((int)(shape.Batch * shape.OutputSize)), chain);
        Done(source, x);
    }

    /// <summary>
    /// The places of dx fall into classes by their remainder of the stride along each axis. A class is a convolution of dy of stride 1,
    /// with the taps that reach it.
    /// </summary>
    public override bool TryConvolveInputGradient(in ConvolutionShape shape, Tensor dy, Tensor weight, Tensor? bias, Tensor dx)
    {
        if (!dx.IsContiguous
            || !ConvolutionPlaces.Fit(shape, shape.GroupOutput * shape.OutputSize, shape.Batch * shape.InputSize))
        {
            return false;
        }

        if (dx.Count == 0)
        {
            return true;
        }

        Tensor source = Packed(dy), kernels = Packed(weight);
        Tensor? added = bias is null ? null : Packed(bias);
        for (int depth = 0; depth < Math.Min(shape.Depth.Stride, shape.Depth.Input); depth++)
        {
            for (int height = 0; height < Math.Min(shape.Height.Stride, shape.Height.Input); height++)
            {
                for (int width = 0; width < Math.Min(shape.Width.Stride, shape.Width.Input); width++)
                {
                    ConvolutionClasses classes = new(shape, depth, height, width);
                    Class(shape, source, kernels, added, dx, classes);
                }
            }
        }

        Done(source, dy);
        Done(kernels, weight);
        DoneIf(added, bias);

        return true;
    }

    public override bool TryConvolveWeightGradient(in ConvolutionShape shape, Tensor x, Tensor dy, Tensor dw)
    {
        if (!dw.IsContiguous
            || !ConvolutionPlaces.Fit(shape, shape.GroupInput * shape.InputSize, shape.Batch * shape.OutputSize))
        {
            return false;
        }

        if (dw.Count == 0)
        {
            return true;
        }

        int columns = shape.GroupInput * shape.Taps, sums = checked((int)(shape.Batch * shape.OutputSize));
        GemmPlaces places = new(shape.GroupOutput, columns, sums, shape.Groups, GroupAxes(shape.Groups), 1, sums, 0, 0);
        bool isEach = shape.Groups > 1 && shape.GroupOutput < TiledChannels;
        Tensor images = Packed(x), gradients = Packed(dy);
        GemmTensors tensors = new(gradients, images, Table(ConvolutionPlaces.Taps(shape)), null, dw, places, isEach);
        Gemm(new WeightGradientWork(this, tensors, shape, ConvolutionPlaces.Windows(shape)), dw.DType);
        Done(images, x);
        Done(gradients, dy);
        return true;
    }

    /// <summary>One class of the input's gradient.</summary>
    private void Class(in ConvolutionShape shape, Tensor dy, Tensor weight, Tensor? bias, Tensor dx, in ConvolutionClasses classes)
    {
        Layout seen = classes.Weight(shape, weight.Layout.Offset);
        Tensor turned = Tensor.Allocate(seen.Lengths, weight.DType, _device);
        int sums = shape.GroupOutput * classes.Taps;
        if (sums > 0)
        {
            Copy(weight.ViewAs(seen), turned);
        }

        Convolve(
            shape, dy, turned, Table(classes.TapPlaces(shape)), bias, dx, (shape.GroupInput, sums), classes.Windows(shape),
            classes.Result(shape, dx.Layout.Offset), shape.GroupOutput * shape.OutputSize, checked(shape.Batch * classes.Count));
        turned.Return();
    }

    private void Convolve(
        in ConvolutionShape shape, Tensor source, Tensor weight, Tensor taps, Tensor? bias, Tensor y, (int Channels, int Sums) sizes,
        WindowAxes windows, ImagesResult result, long groupStep, int columns, ChainCall? chain = null)
    {
        GemmPlaces places = new(
            sizes.Channels, columns, sizes.Sums, shape.Groups, GroupAxes(shape.Groups), 1, sizes.Sums, bias is null ? 0 : 1, 0);
        bool isEach = shape.Groups > 1 && sizes.Channels < TiledChannels;
        MatrixPlaces left = new(GroupStrides((long)sizes.Channels * sizes.Sums, weight.Layout.Offset), sizes.Channels, sizes.Sums, 1);
        Gemm(
            new ConvolutionWork(
                this, new GemmTensors(weight, source, taps, bias, y, places, isEach, chain), left,
                GroupStrides(groupStep, source.Layout.Offset), windows, result),
            y.DType);
    }

    /// <summary>The tensor itself where it is contiguous, otherwise a copy that is.</summary>
    private Tensor Packed(Tensor x) => Plain(x, x.Layout.Lengths, x.DType);

    /// <summary>As <see cref="Done"/>, of a tensor that may be missing.</summary>
    private static void DoneIf(Tensor? plain, Tensor? original)
    {
        if (plain is not null)
        {
            Done(plain, original!);
        }
    }

    private static Axes GroupAxes(int groups) => new([1, 1, 1, 1, 1, groups]);

    private static Strides GroupStrides(long step, long start) => new([0, 0, 0, 0, 0, step], start);

    /// <summary>The table of taps, made by the device when it is first wanted.</summary>
    private Tensor Table(TapPlaces places)
    {
        if (_taps.TryGetValue(places, out Tensor? table))
        {
            return table;
        }

        using TensorScope.Suspension kept = TensorScope.Suspend();
        table = Tensor.Allocate([Math.Max(places.Count, 1), 4], DType.Int32, _device);
        if (places.Count > 0)
        {
            _context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<Tap>, TapPlaces>>(
                (Action<ArrayView<Tap>, TapPlaces>)TapKernels.List)(
                _context.Stream, _context.Config(places.Count), All<Tap>(table).SubView(0, places.Count), places);
        }

        if (_taps.Count >= MostTables)
        {
            _taps.Clear();
        }

        return _taps.GetOrAdd(places, table);
    }

    private readonly struct ConvolutionWork(
        GpuBackend backend, GemmTensors tensors, MatrixPlaces left, Strides groups, WindowAxes windows, ImagesResult result) : IGemmWork
    {
        public void Run<TElement, S, TPart, P, R, TCore>(S negativeZero, S zero)
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where TPart : struct, IElement<P, R>
            where P : unmanaged
            where R : unmanaged, IReal<R>
            where TCore : struct, ITensorCore<S, R> =>
            backend.Gemm<TElement, S, TPart, P, R, TCore, StridedOperand<S, AlongDepth>, WindowsOperand<S>, ImagesResult>(
                tensors, left.Operand<S, AlongDepth>(negativeZero), new(groups, windows, tensors.Places.N, 0, zero), result);
    }

    private readonly struct WeightGradientWork(GpuBackend backend, GemmTensors tensors, ConvolutionShape shape, WindowAxes windows)
        : IGemmWork
    {
        public void Run<TElement, S, TPart, P, R, TCore>(S negativeZero, S zero)
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where TPart : struct, IElement<P, R>
            where P : unmanaged
            where R : unmanaged, IReal<R>
            where TCore : struct, ITensorCore<S, R>
        {
            (Tensor dy, Tensor x, Tensor dw) = (tensors.A, tensors.B, tensors.Y);
            ImagesOperand<S> left = new(
                GroupStrides(shape.GroupOutput * shape.OutputSize, dy.Layout.Offset), shape.GroupOutput, (int)shape.OutputSize,
                shape.OutputChannels * shape.OutputSize, shape.OutputSize % 4 == 0 && dy.Layout.Offset % 4 == 0 ? 1 : 0, negativeZero);
            TapsOperand<S> right = new(
                GroupStrides(shape.GroupInput * shape.InputSize, x.Layout.Offset), windows, tensors.Places.N, zero);
            DenseResult result = new(
                dw.Layout.Offset, tensors.Places.N, tensors.Places.N % 4 == 0 && dw.Layout.Offset % 4 == 0 ? 1 : 0);
            backend.Gemm<TElement, S, TPart, P, R, TCore, ImagesOperand<S>, TapsOperand<S>, DenseResult>(tensors, left, right, result);
        }
    }
}
