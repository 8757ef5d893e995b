using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A convolution of 2×2, 3×3 or 5×5 taps by Winograd's F(4×4, 2×2), F(4×4, 3×3) or F(2×2, 5×5): 25 or 36 products of matrices, [tiles,
/// channels] × [channels, outputs], between transforms of the inputs and of the outputs (<see cref="WinogradTransform{T, V, TSimd}"/>).
/// Every image is cut into tiles of 4×4 or 2×2 outputs, whose 5×5 or 6×6 inputs overlap. A convolution with a stride that divides its
/// kernel is one of stride 1 over the phases of its inputs (<see cref="TiledShape"/>): 4×4 taps and a stride of 2 are four times the
/// channels and 2×2 taps.
/// </summary>
internal static unsafe class Winograd
{
    /// <summary>The most taps of a filter along an axis.</summary>
    public const int MostTaps = 5;

    /// <summary>The most outputs of a tile along an axis; of filters of five taps there are two.</summary>
    public const int MostOutputs = 4;

    /// <summary>The most inputs of a tile along an axis: the points of the transforms.</summary>
    public const int MostPoints = 6;

    /// <summary>The most places of a transformed tile.</summary>
    public const int MostPlaces = MostPoints * MostPoints;

    /// <summary>The longest stride: the taps of all phases are transformed at once.</summary>
    private const int LongestStride = 4;

    /// <summary>Channels that are transformed side by side, whatever the width of the vectors.</summary>
    public const int Lanes = 16;

    /// <summary>The fewest channels on either side: the transforms cost as much as so many products.</summary>
    private const int FewestChannels = 12;

    /// <summary>
    /// The most elements of transformed filters: they take four times the memory and more, which small images read more often than it
    /// saves products.
    /// </summary>
    private const long MostElements = 36 << 17;

    [ThreadStatic]
    private static NativeBuffer? t_filters;

    /// <summary>Inputs of a tile along an axis. The point zero adds nothing for two taps (see the transforms).</summary>
    public static int Points(int taps) => taps == 2 ? MostPoints - 1 : MostPoints;

    /// <summary>Whether this is the way to go, forward and for the gradient of the weight.</summary>
    public static bool Fits<T>(in ConvolutionShape shape)
        where T : unmanaged => Fits<T>(shape, false);

    /// <summary>Whether this is the way to go for the gradient of the input.</summary>
    public static bool FitsInputGradient<T>(in ConvolutionShape shape)
        where T : unmanaged => Fits<T>(shape, true);

    /// <summary>
    /// Whether this is the way to go for outputs whose maxima may be looked for. The rounding of five taps is enough to change which
    /// element is the maximum in the pooling behind it, and so where gradients go. Gradients themselves, and compiled models, which have
    /// none, are computed by it.
    /// </summary>
    public static bool FitsForward<T>(in ConvolutionShape shape)
        where T : unmanaged => Fits<T>(shape) && shape.KernelHeight / shape.StrideHeight < MostTaps;

    /// <summary>
    /// Whether there are channels enough, and tiles do not reach far over the edges. It does not depend on the number of images, so that
    /// one gives the same bits alone and among others.
    /// </summary>
    private static bool Fits<T>(in ConvolutionShape shape, bool mirrored)
        where T : unmanaged
    {
        if (sizeof(T) != sizeof(float) || !WinogradConvolution.Enabled || shape.Batch == 0 || shape.Groups != 1
            || shape.Depth != SpatialAxis.None || !Tiles(shape.Height) || !Tiles(shape.Width)
            || shape.KernelHeight != shape.KernelWidth || shape.StrideHeight != shape.StrideWidth
            || Math.Min(shape.InputChannels, shape.OutputChannels) < FewestChannels
            || (shape.StrideHeight > 1 && shape.InputChannels % Lanes != 0))
        {
            return false;
        }

        TiledShape sizes = new(shape, mirrored);
        return (long)sizes.Places * sizes.PhaseChannels * sizes.PhaseOutputs <= MostElements
            && (long)sizes.TilesDown * sizes.TilesAcross * sizes.TileOutputs * sizes.TileOutputs
                <= 2L * sizes.GridHeight * sizes.GridWidth;
    }

    private static bool Tiles(in SpatialAxis axis) =>
        axis is { Dilation: 1, Stride: <= LongestStride } && axis.Kernel % axis.Stride == 0
            && (axis.Kernel / axis.Stride) is 2 or 3 or MostTaps && axis.Padding < axis.Kernel;

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
