using System.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A strided convolution's input gradient without the zeros between the output gradients: inputs that are equal modulo the stride, a phase,
/// are reached by the same taps, so that each phase is a convolution of the output gradient with these, whose results lie a stride apart.
/// </summary>
internal static unsafe class ConvolutionPhases
{
    /// <summary>The fewest channels of a result: the source is gathered anew for each phase.</summary>
    private const int FewestChannels = 32;

    [ThreadStatic]
    private static NativeBuffer? t_weight;

    /// <summary>
    /// Whether this is the way to go: images of enough channels, every phase of which has a tap, and not much is computed behind the ends
    /// of rows. Volumes have too many phases of too few taps.
    /// </summary>
    public static bool Fits(in ConvolutionShape shape)
    {
        var strides = (long)shape.StrideHeight * shape.StrideWidth;
        return shape.Depth == SpatialAxis.None && strides > 1 && shape.GroupInput >= FewestChannels
            && HasTaps(shape.Height) && HasTaps(shape.Width)
            && shape.InputHeight * (shape.InputWidth + ((shape.KernelWidth - 1L) * shape.DilationWidth)) * 2
                <= shape.OutputSize * strides * 3;
    }

    public static void Run<T>(in ConvolutionShape shape, T* outputGradient, T* weight, T* bias, T* inputGradient)
        where T : unmanaged, INumberBase<T>
    {
        for (var y = 0; y < Math.Min(shape.StrideHeight, shape.InputHeight); y++)
        {
            for (var x = 0; x < Math.Min(shape.StrideWidth, shape.InputWidth); x++)
            {
                Run(shape, new Phase(shape.Height, y), new Phase(shape.Width, x), outputGradient, weight, bias, inputGradient);
            }
        }
    }

    private static void Run<T>(
        in ConvolutionShape shape, in Phase height, in Phase width, T* outputGradient, T* weight, T* bias, T* inputGradient)
        where T : unmanaged, INumberBase<T>
    {
        var taps = height.Window.Kernel * width.Window.Kernel;
        var filters = (long)shape.OutputChannels * shape.GroupInput;
        var part = (t_weight ??= new NativeBuffer()).Get<T>(filters * taps);
        var to = part;
        for (var filter = 0L; filter < filters; filter++, weight += shape.Taps)
        {
            for (var ty = 0; ty < height.Window.Kernel; ty++)
            {
                var row = weight + (height.Tap(ty) * shape.KernelWidth);
                for (var tx = 0; tx < width.Window.Kernel; tx++)
                {
                    *to++ = row[width.Tap(tx)];
                }
            }
        }

        var target = new ConvolutionTarget(
            shape.StrideWidth, (long)shape.StrideHeight * shape.InputWidth, shape.InputSize, shape.InputSize);
        var window = new ConvolutionWindow(new WindowAxis(1, 1, 1, 1, 0, 1, 1, false), height.Window, width.Window, shape.GroupOutput);
        Convolution.Slide(
            shape.Batch, shape.Groups, shape.GroupInput, window, outputGradient, part, (long)shape.GroupOutput * shape.GroupInput * taps,
            taps, (long)shape.GroupInput * taps, bias, inputGradient + ((long)height.First * shape.InputWidth) + width.First, target);
    }

    private static bool HasTaps(in SpatialAxis axis)
    {
        for (var phase = 0; phase < Math.Min(axis.Stride, axis.Input); phase++)
        {
            if (new Phase(axis, phase).Window.Kernel == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The inputs from one on, a stride apart, and the window over the output gradients that reach them.</summary>
    private readonly struct Phase
    {
        private readonly int _firstTap;
        private readonly int _step;

        public Phase(in SpatialAxis axis, int first)
        {
            First = first;
            _step = axis.Stride / CommonDivisor(axis.Stride, axis.Dilation);
            while (_firstTap < axis.Kernel && Remainder(axis, _firstTap) != 0)
            {
                _firstTap++;
            }

            int taps = (axis.Kernel - _firstTap + _step - 1) / _step, last = _firstTap + ((taps - 1) * _step);
            int count = (axis.Input - first + axis.Stride - 1) / axis.Stride;

            // Input number j is reached through a tap t from output j + (first + padding − t · dilation) / stride.
            int padding = ((last * axis.Dilation) - first - axis.Padding) / axis.Stride;
            Window = new WindowAxis(axis.Output, count, taps, 1, padding, _step * axis.Dilation / axis.Stride, 1, true);
        }

        public int First { get; }

        public WindowAxis Window { get; }

        public int Tap(int number) => _firstTap + (number * _step);

        private static int CommonDivisor(int a, int b) => b == 0 ? a : CommonDivisor(b, a % b);

        private int Remainder(in SpatialAxis axis, int tap) => (First + axis.Padding - (tap * axis.Dilation)) % axis.Stride;
    }
}
