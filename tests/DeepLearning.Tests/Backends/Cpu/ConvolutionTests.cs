using System.Numerics;
using DeepLearning.Backends;
using DeepLearning.Backends.Cpu;

namespace DeepLearning.Tests.Backends.Cpu;

[Collection("Thread setting")]
[Trait("Rerun", "Simd")]
public unsafe class ConvolutionTests
{
    public static TheoryData<int, int, int, int, int, int, int, int, int, int> Cases => new()
    {
        // batch, input channels, output channels, height, width, kernel, stride, padding, dilation, groups
        { 2, 3, 5, 9, 11, 3, 1, 1, 1, 1 },
        { 3, 4, 8, 8, 8, 3, 2, 1, 1, 1 },
        { 1, 6, 9, 13, 10, 3, 1, 2, 2, 3 },
        { 2, 8, 8, 7, 20, 3, 1, 1, 1, 8 },
        { 2, 4, 8, 15, 9, 3, 2, 0, 1, 4 },
        { 4, 16, 12, 6, 5, 1, 1, 0, 1, 1 },
        { 2, 6, 4, 6, 5, 1, 2, 0, 1, 2 },
        { 1, 1, 1, 5, 5, 5, 1, 0, 1, 1 },
        { 2, 2, 17, 28, 28, 5, 1, 0, 1, 1 },
        { 1, 3, 2, 10, 10, 4, 3, 2, 1, 1 },
        { 1, 2, 3, 12, 12, 3, 3, 3, 3, 1 },
        { 70, 1, 6, 4, 4, 2, 2, 0, 1, 1 },
        { 1, 20, 33, 40, 60, 3, 1, 1, 1, 1 },
        { 2, 3, 4, 5, 5, 1, 1, 2, 1, 1 },
        { 0, 3, 4, 5, 5, 3, 1, 1, 1, 1 },
        { 35, 9, 6, 7, 6, 4, 2, 1, 1, 1 },
        { 33, 8, 4, 9, 8, 3, 2, 1, 1, 2 },
        { 2, 16, 8, 40, 44, 4, 2, 1, 1, 1 },
        { 3, 10, 3, 17, 12, 3, 3, 1, 2, 1 },
        { 2, 12, 4, 14, 11, 5, 3, 2, 1, 1 },
        { 2, 8, 4, 9, 10, 2, 3, 0, 1, 1 },
        { 17, 2, 5, 14, 9, 4, 2, 1, 1, 1 },
        { 3, 64, 6, 14, 11, 4, 2, 1, 1, 2 },
        { 2, 33, 5, 13, 12, 5, 2, 1, 3, 1 },
        { 1, 40, 3, 12, 17, 3, 3, 1, 2, 1 },
        { 2, 32, 3, 16, 16, 4, 3, 3, 1, 1 },
        { 1, 36, 2, 21, 20, 7, 4, 0, 2, 1 },
        { 3, 16, 12, 8, 8, 3, 1, 1, 1, 1 },
        { 2, 19, 35, 9, 14, 3, 1, 0, 1, 1 },
        { 5, 13, 17, 7, 6, 3, 1, 2, 1, 1 },
        { 1, 12, 20, 36, 130, 3, 1, 1, 1, 1 },
        { 1, 300, 20, 10, 9, 3, 1, 1, 1, 1 },
        { 2, 20, 300, 6, 11, 3, 1, 1, 1, 1 },
        { 2, 17, 33, 12, 9, 5, 1, 2, 1, 1 },
        { 3, 32, 24, 12, 12, 5, 1, 0, 1, 1 },
        { 1, 12, 16, 7, 70, 5, 1, 4, 1, 1 },
        { 2, 7, 7, 28, 31, 3, 1, 1, 1, 7 },
        { 1, 3, 3, 90, 70, 3, 1, 2, 1, 3 },
        { 2, 2, 2, 5, 3, 3, 1, 0, 1, 2 },
        // Enough work for several chunks, bands and partial sums, of sizes that none of them divides.
        { 8, 8, 9, 41, 37, 3, 1, 1, 1, 1 },
        { 6, 32, 40, 33, 35, 3, 2, 1, 1, 4 },
        { 1, 3, 70, 83, 79, 3, 1, 1, 1, 1 },
        { 1, 64, 8, 48, 50, 3, 1, 1, 1, 1 },
        { 1, 120, 2, 190, 200, 2, 3, 0, 1, 1 },
        { 2, 40, 4, 71, 66, 4, 2, 1, 1, 1 },
        // Inputs that no window reaches, behind a last band that is shorter.
        { 1, 6, 9, 92, 98, 3, 3, 0, 1, 1 },
        { 9, 24, 24, 29, 31, 3, 1, 1, 1, 24 },
        // Many small images, several of which are computed as one, and of which some are left over.
        { 35, 5, 20, 14, 14, 4, 2, 1, 1, 1 },
        { 50, 12, 9, 5, 5, 3, 2, 1, 1, 1 },
        { 131, 40, 20, 14, 14, 4, 2, 1, 1, 1 },
        { 66, 9, 35, 6, 4, 3, 1, 1, 1, 1 },
        { 40, 8, 11, 9, 6, 4, 1, 3, 2, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_the_naive_loops(
        int batch, int inputs, int outputs, int height, int width, int kernel, int stride, int padding, int dilation, int groups)
    {
        var shape = Shape(batch, inputs, outputs, height, width, kernel, stride, padding, dilation, groups);
        Check<float>(shape, 3e-5);
        Check<double>(shape, 3e-13);
    }

    /// <summary>A single image is split into bands and channels, one of many is not; rows are whole vectors at some widths only.</summary>
    [Fact]
    public void An_image_gives_the_same_bits_alone_and_among_others()
    {
        foreach ((int channels, int outputs, int height, int width, int kernel, int stride) in
            new[]
            {
                (64, 64, 8, 8, 3, 1), (16, 16, 32, 33, 3, 1), (33, 20, 9, 16, 3, 1), (32, 70, 5, 7, 5, 1), (40, 24, 12, 32, 3, 2),
                (40, 24, 14, 14, 4, 2),
            })
        {
            Tensor images = Tensor.Randn(35, channels, height, width), weight = Tensor.Randn(outputs, channels, kernel, kernel);
            Tensor bias = Tensor.Randn(outputs);
            Tensor all = images.Conv2d(weight, bias, stride, kernel / 2), one = images[33..34].Conv2d(weight, bias, stride, kernel / 2);
            Assert.Equal(all[33..34].ToArray<float>(), one.ToArray<float>());
        }
    }

    [Fact]
    public void Axes_may_differ_in_kernel_stride_padding_and_dilation()
    {
        var shape = new ConvolutionShape
        {
            Batch = 2,
            InputChannels = 4,
            OutputChannels = 6,
            Height = new(17, 2, stride: 3, dilation: 4),
            Width = new(9, 5, padding: 3),
            Groups = 2,
        };
        Check<float>(shape, 3e-5);
        Check<double>(shape, 1e-13);
    }

    [Theory]
    [InlineData(2, 3, 5, 6, 5, 7, 3, 1, 1, 1, 1)]
    [InlineData(3, 4, 8, 5, 8, 6, 3, 2, 1, 1, 2)]
    [InlineData(1, 6, 9, 7, 9, 6, 2, 1, 2, 2, 3)]
    [InlineData(2, 4, 4, 4, 7, 6, 3, 1, 1, 1, 4)]
    [InlineData(1, 4, 8, 7, 6, 9, 3, 3, 0, 1, 4)]
    [InlineData(2, 6, 4, 3, 4, 5, 1, 1, 0, 1, 2)]
    [InlineData(1, 2, 17, 9, 20, 20, 4, 2, 3, 1, 1)]
    [InlineData(0, 2, 3, 4, 4, 4, 3, 1, 1, 1, 1)]
    public void Volumes_equal_the_naive_loops(
        int batch, int inputs, int outputs, int depth, int height, int width, int kernel, int stride, int padding, int dilation, int groups)
    {
        var shape = Shape(batch, inputs, outputs, height, width, kernel, stride, padding, dilation, groups) with
        {
            Axes = 3,
            Depth = new(depth, kernel, stride, padding, dilation),
        };
        Check<float>(shape, 1e-4);
        Check<double>(shape, 1e-12);
        Check<float>(shape with { Depth = new(depth, 2, 1, 1, 1) }, 1e-4);
        Check<double>(shape with { Height = new(height, 1), Depth = new(depth, 3, 2, 2, 1) }, 1e-12);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var random = new Random(3);
        foreach (var shape in new[]
        {
            Shape(6, 8, 16, 20, 20, 3, 1, 1, 1, 1), Shape(1, 8, 16, 40, 40, 3, 2, 1, 1, 1), Shape(4, 32, 32, 14, 14, 3, 1, 1, 1, 32),
            Shape(3, 16, 64, 20, 21, 3, 1, 1, 1, 1), Shape(1, 64, 48, 8, 8, 3, 1, 1, 1, 1), Shape(2, 32, 64, 12, 12, 5, 1, 0, 1, 1),
            Shape(5, 32, 48, 16, 16, 1, 1, 0, 1, 1), Shape(2, 8, 16, 12, 12, 3, 2, 1, 1, 2) with { Depth = new(7, 3, 2, 1), Axes = 3 },
        })
        {
            var input = Random<float>(shape.Batch * shape.InputChannels * shape.InputSize, random);
            var weight = Random<float>((long)shape.OutputChannels * shape.GroupInput * shape.Taps, random);
            var gradient = Random<float>(shape.Batch * shape.OutputChannels * shape.OutputSize, random);
            (float[], float[], float[])? expected = null;
            foreach (var threads in new[] { 1, 2, 3, 7 })
            {
                using var setting = new ThreadSetting(threads);
                var result = (new float[gradient.Length], new float[input.Length], new float[weight.Length]);
                fixed (float* x = input, w = weight, dy = gradient, y = result.Item1, dx = result.Item2, dw = result.Item3)
                {
                    Convolution.Forward(shape, x, w, null, y);
                    Convolution.InputGradient(shape, dy, w, null, dx);
                    Convolution.WeightGradient(shape, x, dy, dw, false);
                }

                expected ??= result;
                Assert.Equal(expected.Value.Item1, result.Item1);
                Assert.Equal(expected.Value.Item2, result.Item2);
                Assert.Equal(expected.Value.Item3, result.Item3);
            }
        }
    }

    private static ConvolutionShape Shape(
        int batch, int inputs, int outputs, int height, int width, int kernel, int stride, int padding, int dilation, int groups) => new()
        {
            Batch = batch,
            InputChannels = inputs,
            OutputChannels = outputs,
            Height = new(height, kernel, stride, padding, dilation),
            Width = new(width, kernel, stride, padding, dilation),
            Groups = groups,
        };

    private static T[] Random<T>(long count, Random random)
        where T : INumberBase<T>
    {
        var values = new T[count];
        for (var i = 0L; i < count; i++)
        {
            values[i] = T.CreateChecked(random.NextDouble() - 0.5);
        }

        return values;
    }

    private static void Check<T>(in ConvolutionShape shape, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(1);
        var input = Random<T>(shape.Batch * shape.InputChannels * shape.InputSize, random);
        var weight = Random<T>((long)shape.OutputChannels * shape.GroupInput * shape.Taps, random);
        var bias = Random<T>(shape.OutputChannels, random);
        var gradient = Random<T>(shape.Batch * shape.OutputChannels * shape.OutputSize, random);
        var output = Random<T>(gradient.Length + 1, random);
        var inputGradient = Random<T>(input.Length + 1, random);
        var weightGradient = new T[weight.Length];
        var accumulated = Random<T>(weight.Length + 1, random);
        var guards = (output[^1], inputGradient[^1], accumulated[^1]);
        var before = accumulated.ToArray();
        fixed (T* x = input, w = weight, b = bias, dy = gradient, y = output, dx = inputGradient, dw = weightGradient, add = accumulated)
        {
            Convolution.Forward(shape, x, w, b, y);
            Convolution.InputGradient(shape, dy, w, null, dx);
            Convolution.WeightGradient(shape, x, dy, dw, false);
            Convolution.WeightGradient(shape, x, dy, add, true);
        }

        var (expectedOutput, expectedInput, expectedWeight) = Naive(shape, input, weight, bias, gradient);
        Close(expectedOutput, output, tolerance, "output");
        Close(expectedInput, inputGradient, tolerance, "input gradient");
        Close(expectedWeight, weightGradient, tolerance, "weight gradient");
        Close([.. expectedWeight.Select((value, i) =>
            value + double.CreateChecked(before[i]))], accumulated, tolerance, "accumulated gradient");
        Assert.Equal(guards, (output[^1], inputGradient[^1], accumulated[^1]));

        // With a bias for each channel that it makes, the gradient of the input is a transposed convolution.
        var added = Random<T>(shape.InputChannels, random);
        fixed (T* w = weight, dy = gradient, b = added, dx = inputGradient)
        {
            Convolution.InputGradient(shape, dy, w, b, dx);
        }

        var (channels, size) = (shape.InputChannels, shape.InputSize);
        double[] transposed = [.. expectedInput.Select((value, i) => value + double.CreateChecked(added[(int)(i / size % channels)]))];
        Close(transposed, inputGradient, tolerance, "transposed convolution");
    }

    private static void Close<T>(double[] expected, T[] actual, double tolerance, string what)
        where T : IFloatingPointIeee754<T>
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - double.CreateChecked(actual[i]));
            Assert.True(difference <= tolerance * (1 + Math.Abs(expected[i])), $"{what} {i}: {actual[i]}, not {expected[i]}");
        }
    }

    private static (double[] Output, double[] Input, double[] Weight) Naive<T>(
        in ConvolutionShape s, T[] input, T[] weight, T[] bias, T[] gradient)
        where T : IFloatingPointIeee754<T>
    {
        var output = new double[gradient.Length];
        var inputGradient = new double[input.Length];
        var weightGradient = new double[weight.Length];
        var at = 0;
        for (var n = 0; n < s.Batch; n++)
        {
            for (var o = 0; o < s.OutputChannels; o++)
            {
                for (var position = 0; position < s.OutputSize; position++, at++)
                {
                    var (z, y, x) = Places(position, s.OutputHeight, s.OutputWidth);
                    output[at] = double.CreateChecked(bias[o]);
                    var dy = double.CreateChecked(gradient[at]);
                    for (var c = 0; c < s.GroupInput; c++)
                    {
                        for (var tap = 0; tap < s.Taps; tap++)
                        {
                            var (kz, ky, kx) = Places(tap, s.KernelHeight, s.KernelWidth);
                            var iz = (z * s.Depth.Stride) - s.Depth.Padding + (kz * s.Depth.Dilation);
                            var iy = (y * s.StrideHeight) - s.PaddingHeight + (ky * s.DilationHeight);
                            var ix = (x * s.StrideWidth) - s.PaddingWidth + (kx * s.DilationWidth);
                            if (iz < 0 || iz >= s.Depth.Input || iy < 0 || iy >= s.InputHeight || ix < 0 || ix >= s.InputWidth)
                            {
                                continue;
                            }

                            var channel = (n * s.InputChannels) + (o / s.GroupOutput * s.GroupInput) + c;
                            var i = (((((channel * s.Depth.Input) + iz) * s.InputHeight) + iy) * s.InputWidth) + ix;
                            var w = (((o * s.GroupInput) + c) * s.Taps) + tap;
                            output[at] += double.CreateChecked(input[i]) * double.CreateChecked(weight[w]);
                            inputGradient[i] += dy * double.CreateChecked(weight[w]);
                            weightGradient[w] += dy * double.CreateChecked(input[i]);
                        }
                    }
                }
            }
        }

        return (output, inputGradient, weightGradient);
    }

    private static (int Z, int Y, int X) Places(int position, int height, int width) =>
        (position / (height * width), position / width % height, position % width);
}
