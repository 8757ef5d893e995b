using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Convolution over one to three axes (cross-correlation) and its gradients, in contiguous memory of images or volumes, channel by channel,
/// for float and double; any stride, zero padding, dilation and groups. The same bits on any number of threads. The caller keeps the
/// memory alive.
/// </summary>
internal static unsafe class Convolution
{
    /// <summary>output = input ⋆ weight + bias, where bias is null or has a value for each output channel.</summary>
    public static void Forward<T>(in ConvolutionShape shape, T* input, T* weight, T* bias, T* output)
        where T : unmanaged, INumberBase<T>
    {
        if (IsPointwise(shape))
        {
            var pixels = checked((int)shape.InputSize);
            for (var g = 0; g < shape.Groups; g++)
            {
                var epilogue = new BiasEpilogue<T>(null, bias == null ? null : bias + (g * shape.GroupOutput));
                Gemm.RunBatch(
                    shape.Batch, shape.GroupOutput, pixels, shape.GroupInput,
                    new StridedMatrix<T>(
                        weight + ((long)g * shape.GroupOutput * shape.GroupInput), shape.GroupInput, 1), new BatchOffsets(0),
                    new StridedMatrix<T>(input + ((long)g * shape.GroupInput * pixels), pixels, 1),
                    new BatchOffsets((long)shape.InputChannels * pixels),
                    output + (
                        (long)g * shape.GroupOutput * pixels), new BatchOffsets((long)shape.OutputChannels * pixels), pixels, false,
                    epilogue);
            }

            return;
        }

        if (Winograd.FitsForward<T>(shape))
        {
            Winograd.Forward(shape, input, weight, bias, output);
            return;
        }

        if (DepthwiseConvolution.Fits(shape))
        {
            DepthwiseConvolution.Forward(shape, input, weight, bias, output, default);
            return;
        }

        if (ConvolutionOfColumns<T>.Fits(shape))
        {
            ConvolutionOfColumns<T>.Run(shape, input, weight, bias, output);
            return;
        }

        var window = InputWindow(shape);
        var k = (long)shape.GroupInput * shape.Taps;
        Slide(shape.Batch, shape.Groups, shape.GroupOutput, window, input, weight, shape.GroupOutput * k, k, shape.Taps, bias, output,
            ConvolutionTarget.Dense(window));
    }

    /// <summary>Whether the forward pass slides the window over the input, with weights that can be packed before.</summary>
    public static bool Slides<T>(in ConvolutionShape shape)
        where T : unmanaged, INumberBase<T> => shape.Work > 0 && !IsPointwise(shape) && !ConvolutionOfColumns<T>.Fits(shape);

    /// <summary>Packs the weight of a convolution that slides.</summary>
    public static void Pack<T>(in ConvolutionShape shape, T* weight, NativeBuffer to)
        where T : unmanaged, INumberBase<T>
    {
        PackWork<T> work = new(shape, weight, to);
        WidestSimd.Run<PackWork<T>, T>(ref work);
    }

    /// <summary>output = chain(input ⋆ weight + bias), with a weight that <see cref="Pack"/> has packed.</summary>
    public static void Forward<T>(in ConvolutionShape shape, T* input, NativeBuffer packed, T* bias, T* output, in Chain chain)
        where T : unmanaged, INumberBase<T>
    {
        SlidePackedWork<T> work = new(shape, input, packed, bias, output, chain);
        WidestSimd.Run<SlidePackedWork<T>, T>(ref work);
    }

    /// <summary>
    /// The gradient of the input: the output gradient spread by the stride, convolved with the mirrored weight. A transposed convolution
    /// is the same, plus a bias for each channel of the input, which is null here as a rule.
    /// </summary>
    public static void InputGradient<T>(in ConvolutionShape shape, T* outputGradient, T* weight, T* bias, T* inputGradient)
        where T : unmanaged, INumberBase<T>
    {
        if (IsPointwise(shape))
        {
            var pixels = checked((int)shape.InputSize);
            for (var g = 0; g < shape.Groups; g++)
            {
                var epilogue = new BiasEpilogue<T>(null, bias == null ? null : bias + (g * shape.GroupInput));
                Gemm.RunBatch(
                    shape.Batch, shape.GroupInput, pixels, shape.GroupOutput,
                    new StridedMatrix<T>(
                        weight + ((long)g * shape.GroupOutput * shape.GroupInput), 1, shape.GroupInput), new BatchOffsets(0),
                    new StridedMatrix<T>(outputGradient + ((long)g * shape.GroupOutput * pixels), pixels, 1),
                    new BatchOffsets((long)shape.OutputChannels * pixels),
                    inputGradient + ((long)g * shape.GroupInput * pixels), new BatchOffsets((long)shape.InputChannels * pixels), pixels,
                    false, epilogue);
            }

            return;
        }

        if (Winograd.FitsInputGradient<T>(shape))
        {
            Winograd.InputGradient(shape, outputGradient, weight, bias, inputGradient);
            return;
        }

        if (DepthwiseConvolution.Fits(shape))
        {
            DepthwiseConvolution.InputGradient(shape, outputGradient, weight, bias, inputGradient);
            return;
        }

        // What sliding computes, against what is needed; depthwise products are too narrow for the other way.
        var width = shape.InputWidth + ((shape.KernelWidth - 1) * shape.DilationWidth);
        if (shape.GroupOutput > 1 && shape.Depth.Input * (long)shape.InputHeight * width * 4 > shape.OutputSize * 5)
        {
            if (ConvolutionPhases.Fits(shape))
            {
                ConvolutionPhases.Run(shape, outputGradient, weight, bias, inputGradient);
                return;
            }

            ConvolutionColumnsToImage<T>.Run(shape, outputGradient, weight, bias, inputGradient);
            return;
        }

        var window = new ConvolutionWindow(Mirror(shape.Depth), Mirror(shape.Height), Mirror(shape.Width), shape.GroupOutput);
        var k = (long)shape.GroupInput * shape.Taps;
        Slide(
            shape.Batch, shape.Groups, shape.GroupInput, window, outputGradient, weight, shape.GroupOutput * k, shape.Taps, k, bias,
            inputGradient, ConvolutionTarget.Dense(window));
    }

    /// <summary>The gradient of the weight, written to <paramref name="weightGradient"/> or added to it.</summary>
    public static void WeightGradient<T>(in ConvolutionShape shape, T* input, T* outputGradient, T* weightGradient, bool accumulate)
        where T : unmanaged, INumberBase<T>
    {
        if (IsPointwise(shape))
        {
            var pixels = checked((int)shape.InputSize);
            for (var n = 0; n < shape.Batch; n++)
            {
                for (var g = 0; g < shape.Groups; g++)
                {
                    Gemm.Run(
                        shape.GroupOutput, shape.GroupInput, pixels,
                        outputGradient + (((long)n * shape.OutputChannels) + ((long)g * shape.GroupOutput)) * pixels, pixels, 1,
                        input + (((long)n * shape.InputChannels) + ((long)g * shape.GroupInput)) * pixels, 1, pixels,
                        weightGradient + ((long)g * shape.GroupOutput * shape.GroupInput), shape.GroupInput, accumulate || n > 0);
                }
            }

            if (shape.Batch > 0)
            {
                return;
            }
        }

        if (!accumulate && Winograd.Fits<T>(shape))
        {
            Winograd.WeightGradient(shape, input, outputGradient, weightGradient);
            return;
        }

        DotsWork<T> work = new(
            shape.Batch, shape.Groups, shape.GroupOutput, InputWindow(shape), input, outputGradient, weightGradient, accumulate);
        WidestSimd.Run<DotsWork<T>, T>(ref work);
    }

    private static bool IsPointwise(in ConvolutionShape shape) =>
        IsPointwise(shape.Depth) && IsPointwise(shape.Height) && IsPointwise(shape.Width) && shape.GroupOutput > 1 && shape.GroupInput > 1;

    private static bool IsPointwise(in SpatialAxis axis) => axis is { Kernel: 1, Stride: 1, Padding: 0 };

    private static ConvolutionWindow InputWindow(in ConvolutionShape shape) =>
        new(Along(shape.Depth), Along(shape.Height), Along(shape.Width), shape.GroupInput);

    private static WindowAxis Along(in SpatialAxis axis) =>
        new(axis.Input, axis.Output, axis.Kernel, axis.Stride, axis.Padding, axis.Dilation, 1, false);

    private static WindowAxis Mirror(in SpatialAxis axis) => new(
        axis.Output, axis.Input, axis.Kernel, 1, ((axis.Kernel - 1) * axis.Dilation) - axis.Padding, axis.Dilation, axis.Stride, true);

    /// <summary>Slides a window over images; see <see cref="DirectConvolution{T, V, TSimd}"/>.</summary>
    internal static void Slide<T>(
        int batch, int groups, int outputs, in ConvolutionWindow window, T* source, T* weight, long groupStride, long outputStride,
        long channelStride, T* bias, T* output, in ConvolutionTarget target)
        where T : unmanaged, INumberBase<T>
    {
        if (batch == 0 || outputs == 0 || window.OutputSize == 0)
        {
            return;
        }

        SlideWork<T> work = new(
            batch, groups, outputs, window, source, weight, groupStride, outputStride, channelStride, bias, output, target);
        WidestSimd.Run<SlideWork<T>, T>(ref work);
    }

    private readonly struct DotsWork<T>(
        int batch, int groups, int outputs, ConvolutionWindow window, T* input, T* outputGradient, T* weightGradient, bool accumulate)
        : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => ConvolutionWeightGradient<T, V, TSimd>.Run(
                batch, groups, outputs, window, input, outputGradient, weightGradient, accumulate);
    }

    private readonly struct SlideWork<T>(
        int batch, int groups, int outputs, ConvolutionWindow window, T* source, T* weight, long groupStride, long outputStride,
        long channelStride, T* bias, T* output, ConvolutionTarget target) : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => DirectConvolution<T, V, TSimd>.Run(
                batch, groups, outputs, window, source, weight, groupStride, outputStride, channelStride, bias, output, target);
    }

    private readonly struct PackWork<T>(ConvolutionShape shape, T* weight, NativeBuffer to) : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V>
        {
            var k = (long)shape.GroupInput * shape.Taps;
            DirectConvolution<T, V, TSimd>.Pack(
                shape.Batch, shape.Groups, shape.GroupOutput, InputWindow(shape), weight, shape.GroupOutput * k, k, shape.Taps, to);
        }
    }

    private readonly struct SlidePackedWork<T>(ConvolutionShape shape, T* input, NativeBuffer packed, T* bias, T* output, Chain chain)
        : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V>
        {
            var window = InputWindow(shape);
            DirectConvolution<T, V, TSimd>.Run(
                shape.Batch, shape.Groups, shape.GroupOutput, window, input, packed, bias, output, ConvolutionTarget.Dense(window), chain);
        }
    }
}
