namespace DeepLearning.Backends.Gpu;

/// <summary>What the kernels need to know of a convolution's shape.</summary>
internal static class ConvolutionPlaces
{
    /// <summary>Whether places and their counts are numbers of 32 bits where the kernels have those.</summary>
    public static bool Fit(in ConvolutionShape shape, long source, long windows)
    {
        double area = Reach(shape.Depth) * Reach(shape.Height) * Reach(shape.Width), taps = shape.Taps;
        return source + area < int.MaxValue && windows < int.MaxValue - 1024
            && Math.Max(shape.GroupInput, shape.GroupOutput) * taps < int.MaxValue - 1024;

        static double Reach(in SpatialAxis axis) => axis.PaddedInput + axis.Reach;
    }

    /// <summary>The windows that the results are made from.</summary>
    public static WindowAxes Windows(in ConvolutionShape shape) => new(
        (shape.Depth.Output, shape.Depth.Stride, shape.Depth.Input), (shape.Height.Output, shape.Height.Stride, shape.Height.Input),
        (shape.Width.Output, shape.Width.Stride, shape.Width.Input), shape.InputChannels * shape.InputSize);

    /// <summary>The taps of a window, for each channel of a group.</summary>
    public static TapPlaces Taps(in ConvolutionShape shape) => new(
        shape.GroupInput, shape.InputSize, (shape.Depth.Kernel, -shape.Depth.Padding, shape.Depth.Dilation),
        (shape.Height.Kernel, -shape.Height.Padding, shape.Height.Dilation),
        (shape.Width.Kernel, -shape.Width.Padding, shape.Width.Dilation), shape.Height.Input, shape.Width.Input);

    /// <summary>Where results go.</summary>
    public static ImagesResult Result(in ConvolutionShape shape, long start)
    {
        (int depth, int height, int width) = (shape.Depth.Output, shape.Height.Output, shape.Width.Output);
        WindowAxes axes = new((depth, 1, depth), (height, 1, height), (width, 1, width), shape.OutputChannels * shape.OutputSize);
        bool isAligned = shape.OutputSize % 4 == 0 && start % 4 == 0;
        return new ImagesResult(start, shape.GroupOutput * shape.OutputSize, shape.OutputSize, axes, isAligned ? 1 : 0);
    }
}

/// <summary>
/// The elements of a convolution's input that leave given remainders of the strides. Their gradient is a convolution of the output's
/// gradient with stride 1, by the taps that reach them.
/// </summary>
internal readonly struct ConvolutionClasses(in ConvolutionShape shape, int depth, int height, int width)
{
    private readonly AxisClass _depth = AxisClass.Of(shape.Depth, depth);
    private readonly AxisClass _height = AxisClass.Of(shape.Height, height);
    private readonly AxisClass _width = AxisClass.Of(shape.Width, width);

    /// <summary>The elements of one channel.</summary>
    public int Count => _depth.Count * _height.Count * _width.Count;

    public int Taps => _depth.Taps * _height.Taps * _width.Taps;

    /// <summary>The weight as [groups, in, out, taps of the classes], so that what is summed over comes last.</summary>
    public Layout Weight(in ConvolutionShape shape, long start)
    {
        long row = shape.Width.Kernel, plane = row * shape.Height.Kernel, channel = plane * shape.Depth.Kernel;
        return new Layout(
            [shape.Groups, shape.GroupInput, shape.GroupOutput, _depth.Taps, _height.Taps, _width.Taps],
            [
                shape.GroupOutput * shape.GroupInput * channel, channel, shape.GroupInput * channel, plane * _depth.TapStep,
                row * _height.TapStep, _width.TapStep,
            ],
            start + (_depth.FirstTap * plane) + (_height.FirstTap * row) + _width.FirstTap);
    }

    public TapPlaces TapPlaces(in ConvolutionShape shape) => new(
        shape.GroupOutput, shape.OutputSize, _depth.Places, _height.Places, _width.Places, shape.Height.Output, shape.Width.Output);

    public WindowAxes Windows(in ConvolutionShape shape) => new(
        (_depth.Count, 1, shape.Depth.Output), (_height.Count, 1, shape.Height.Output), (_width.Count, 1, shape.Width.Output),
        shape.OutputChannels * shape.OutputSize);

    public ImagesResult Result(in ConvolutionShape shape, long start)
    {
        WindowAxes axes = new(
            (_depth.Count, shape.Depth.Stride, shape.Depth.Input), (_height.Count, shape.Height.Stride, shape.Height.Input),
            (_width.Count, shape.Width.Stride, shape.Width.Input), shape.InputChannels * shape.InputSize);
        long first = (((long)_depth.Remainder * shape.Height.Input) + _height.Remainder) * shape.Width.Input;
        bool isWhole = shape.Depth.Stride == 1 && shape.Height.Stride == 1 && shape.Width.Stride == 1;
        return new ImagesResult(
            start + first + _width.Remainder, shape.GroupInput * shape.InputSize, shape.InputSize, axes,
            isWhole && shape.InputSize % 4 == 0 && start % 4 == 0 ? 1 : 0);
    }

    /// <param name="Remainder">The first element.</param>
    /// <param name="Count">The elements.</param>
    /// <param name="FirstTap">The first tap that reaches them.</param>
    /// <param name="TapStep">The distance of those taps.</param>
    /// <param name="Taps">How many they are.</param>
    /// <param name="First">Where in the output the first tap finds the first element.</param>
    /// <param name="Step">How much further the next tap finds it.</param>
    private readonly record struct AxisClass(int Remainder, int Count, int FirstTap, int TapStep, int Taps, int First, int Step)
    {
        public (int Count, int First, int Step) Places => (Taps, First, Step);

        public static AxisClass Of(in SpatialAxis axis, int remainder)
        {
            int first = 0, stride = axis.Stride;
            long PlaceOf(int tap, in SpatialAxis axis) => (long)remainder + axis.Padding - ((long)tap * axis.Dilation);
            while (first < axis.Kernel && PlaceOf(first, axis) % stride != 0)
            {
                first++;
            }

            int step = stride / (int)System.Numerics.BigInteger.GreatestCommonDivisor(stride, axis.Dilation);
            int taps = first < axis.Kernel ? ((axis.Kernel - 1 - first) / step) + 1 : 0;
            long place = taps > 0 ? PlaceOf(first, axis) / stride : 0;
            return new AxisClass(
                remainder, ((axis.Input - 1 - remainder) / stride) + 1, first, step, taps, (int)place,
                (int)(-(long)step * axis.Dilation / stride));
        }
    }
}
