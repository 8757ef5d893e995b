using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A convolution of 3×3 or 5×5 taps and stride 1 by Winograd's F(4×4, 3×3) or F(2×2, 5×5): 36 products of matrices, [tiles, channels] ×
/// [channels, outputs], between transforms of the inputs and of the outputs (<see cref="WinogradTransform{T, V, TSimd}"/>). Every image is
/// cut into tiles of 4×4 or 2×2 outputs, whose 6×6 inputs overlap.
/// </summary>
internal static unsafe class Winograd
{
    /// <summary>The most taps of a filter along an axis.</summary>
    public const int MostTaps = 5;

    /// <summary>Outputs of a tile along an axis, of filters of three taps.</summary>
    public const int OutputsOfThree = 4;

    /// <summary>Inputs of a tile along an axis.</summary>
    public const int Inputs = 6;

    /// <summary>Places of a transformed tile: products of matrices.</summary>
    public const int Places = Inputs * Inputs;

    /// <summary>Channels that are transformed side by side, whatever the width of the vectors.</summary>
    public const int Lanes = 16;

    /// <summary>The fewest channels on either side: the transforms cost as much as so many products.</summary>
    private const int FewestChannels = 12;

    /// <summary>
    /// The most filters: transformed they take four times the memory, which small images read more often than it saves products.
    /// </summary>
    private const long MostFilters = 1 << 17;

    [ThreadStatic]
    private static NativeBuffer? t_filters;

    /// <summary>Whether this is the way to go.</summary>
    public static bool Fits<T>(in ConvolutionShape shape)
        where T : unmanaged => Fits<T>(shape, shape.Height.Output, shape.Width.Output);

    /// <summary>Whether this is the way to go for the gradient of the input.</summary>
    public static bool FitsInputGradient<T>(in ConvolutionShape shape)
        where T : unmanaged => Fits<T>(shape, shape.Height.Input, shape.Width.Input);

    /// <summary>
    /// Whether there are channels enough, and tiles do not reach far over the edges. It does not depend on the number of images, so that
    /// one gives the same bits alone and among others.
    /// </summary>
    private static bool Fits<T>(in ConvolutionShape shape, int height, int width)
        where T : unmanaged
    {
        if (!Tiles(shape.Height) || !Tiles(shape.Width) || shape.KernelHeight != shape.KernelWidth)
        {
            return false;
        }

        long outputs = Inputs - shape.KernelHeight + 1, down = (height + outputs - 1) / outputs, across = (width + outputs - 1) / outputs;
        return sizeof(T) == sizeof(float) && WinogradConvolution.Enabled && shape.Batch > 0 && shape.Groups == 1
            && shape.Depth == SpatialAxis.None && Math.Min(shape.InputChannels, shape.OutputChannels) >= FewestChannels
            && (long)shape.InputChannels * shape.OutputChannels <= MostFilters
            && down * across * outputs * outputs <= 2L * height * width;
    }

    private static bool Tiles(in SpatialAxis axis) =>
        axis is { Kernel: 3 or MostTaps, Stride: 1, Dilation: 1 } && axis.Padding < axis.Kernel;

    /// <summary>output = input ⋆ weight + bias</summary>
    public static void Forward<T>(in ConvolutionShape shape, T* input, T* weight, T* bias, T* output)
        where T : unmanaged, INumberBase<T>
    {
        var filters = t_filters ??= new NativeBuffer();
        Pack(shape, weight, false, filters);
        Forward(shape, input, filters, weight, bias, output, default);
    }

    /// <summary>
    /// output = chain(input ⋆ weight + bias), with filters that <see cref="Pack"/> has laid out. Images whose results are not finite are
    /// computed directly: there, products by zero do not spread infinities.
    /// </summary>
    public static void Forward<T>(
        in ConvolutionShape shape, T* input, NativeBuffer filters, T* weight, T* bias, T* output, in Chain chain)
        where T : unmanaged, INumberBase<T>
    {
        if (Run(new TiledShape(shape, false), input, filters, bias, output, chain) is not { } images)
        {
            return;
        }

        using (WinogradConvolution.Disable())
        {
            var one = shape with { Batch = 1 };
            var size = shape.OutputChannels * shape.OutputSize;
            foreach (var image in images)
            {
                Convolution.Forward(one, input + (image * shape.InputChannels * shape.InputSize), weight, bias, output + (image * size));
                if (!chain.IsEmpty)
                {
                    chain.Run((byte*)output, image * size, size);
                }
            }
        }
    }

    /// <summary>The gradient of the input, or a transposed convolution: a convolution with the mirrored weight.</summary>
    public static void InputGradient<T>(in ConvolutionShape shape, T* outputGradient, T* weight, T* bias, T* inputGradient)
        where T : unmanaged, INumberBase<T>
    {
        var filters = t_filters ??= new NativeBuffer();
        Pack(shape, weight, true, filters);
        TiledShape sizes = new(shape, true);
        if (Run(sizes, outputGradient, filters, bias, inputGradient, default) is { } images)
        {
            using (WinogradConvolution.Disable())
            {
                foreach (var image in images)
                {
                    Convolution.InputGradient(
                        shape with { Batch = 1 }, outputGradient + (image * sizes.Channels * sizes.SourceSize), weight, bias,
                        inputGradient + (image * sizes.OutputChannels * sizes.TargetSize));
                }
            }
        }
    }

    /// <summary>The gradient of the weight.</summary>
    public static void WeightGradient<T>(in ConvolutionShape shape, T* input, T* outputGradient, T* weightGradient)
        where T : unmanaged, INumberBase<T>
    {
        WeightGradientWork<T> work = new(
            new TiledShape(shape, false), input, outputGradient, weightGradient, new StrongBox<bool>());
        WidestSimd.Run<WeightGradientWork<T>, T>(ref work);
        if (!work.IsFinite.Value)
        {
            using (WinogradConvolution.Disable())
            {
                Convolution.WeightGradient(shape, input, outputGradient, weightGradient, false);
            }
        }
    }

    /// <summary>Transforms the filters, and lays them out for the products.</summary>
    public static void Pack<T>(in ConvolutionShape shape, T* weight, bool mirrored, NativeBuffer to)
        where T : unmanaged, INumberBase<T>
    {
        PackWork<T> work = new(new TiledShape(shape, mirrored), weight, to);
        WidestSimd.Run<PackWork<T>, T>(ref work);
    }

    /// <summary>The convolution with transformed filters, and the chain over its results.</summary>
    /// <returns>The images whose results are not finite, which are to be computed directly; null for none.</returns>
    private static List<int>? Run<T>(in TiledShape sizes, T* input, NativeBuffer filters, T* bias, T* output, in Chain chain)
        where T : unmanaged, INumberBase<T>
    {
        RunWork<T> work = new(sizes, input, filters, bias, output, chain, new StrongBox<List<int>?>());
        WidestSimd.Run<RunWork<T>, T>(ref work);
        return work.NotFinite.Value;
    }

    private readonly struct PackWork<T>(TiledShape sizes, T* weight, NativeBuffer to) : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => WinogradFilters<T, V, TSimd>.Pack(sizes, weight, to);
    }

    private readonly struct RunWork<T>(
        TiledShape sizes, T* input, NativeBuffer filters, T* bias, T* output, Chain chain, StrongBox<List<int>?> notFinite)
        : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        public StrongBox<List<int>?> NotFinite => notFinite;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> =>
            notFinite.Value = WinogradTiles<T, V, TSimd>.Run(sizes, input, filters, bias, output, chain);
    }

    private readonly struct WeightGradientWork<T>(
        TiledShape sizes, T* input, T* outputGradient, T* weightGradient, StrongBox<bool> isFinite) : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        public StrongBox<bool> IsFinite => isFinite;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> =>
            isFinite.Value = WinogradWeightGradient<T, V, TSimd>.Run(sizes, input, outputGradient, weightGradient);
    }
}
