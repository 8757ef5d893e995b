using DeepLearning.Backends;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Convolutions on ILGPU's accelerator of the processor, values and gradients against the processor's backend.</summary>
public sealed class GpuConvolutionTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:convolution");

    // Input, weight, stride, padding, dilation, groups.
    [Theory]
    [InlineData(new[] { 2, 3, 6, 5 }, new[] { 4, 3, 3, 3 }, 1, 1, 1, 1)]
    [InlineData(new[] { 1, 4, 7, 6 }, new[] { 6, 2, 3, 2 }, 2, 1, 1, 2)]
    [InlineData(new[] { 2, 2, 9, 8 }, new[] { 3, 2, 3, 3 }, 3, 2, 2, 1)]
    [InlineData(new[] { 1, 3, 8, 8 }, new[] { 3, 1, 3, 3 }, 2, 1, 1, 3)]
    [InlineData(new[] { 1, 3, 5, 4 }, new[] { 6, 1, 2, 3 }, 1, 1, 2, 3)]
    [InlineData(new[] { 1, 2, 4, 4 }, new[] { 5, 2, 1, 1 }, 2, 0, 1, 1)]
    [InlineData(new[] { 2, 3, 11 }, new[] { 4, 3, 4 }, 2, 3, 2, 1)]
    [InlineData(new[] { 1, 2, 4, 5, 3 }, new[] { 3, 2, 2, 3, 2 }, 2, 1, 1, 1)]
    [InlineData(new[] { 1, 18, 2, 2 }, new[] { 17, 18, 2, 2 }, 1, 1, 1, 1)]
    public void Convolutions_equal_the_processors(int[] input, int[] weight, int stride, int padding, int dilation, int groups)
    {
        int axes = input.Length - 2;
        Compare(input, weight, weight[0], (x, w, b) => axes switch
        {
            1 => x.Conv1d(w, b, stride, padding, dilation, groups),
            2 => x.Conv2d(w, b, stride, padding, dilation, groups),
            _ => x.Conv3d(w, b, stride, padding, dilation, groups),
        });
    }

    [Theory]
    [InlineData(new[] { 2, 3, 4, 3 }, new[] { 3, 2, 3, 3 }, 2, 1, 1, 1)]
    [InlineData(new[] { 1, 4, 3, 3 }, new[] { 4, 1, 2, 2 }, 3, 0, 1, 4)]
    [InlineData(new[] { 1, 2, 5 }, new[] { 2, 3, 3 }, 2, 2, 2, 1)]
    public void Transposed_convolutions_equal_the_processors(int[] input, int[] weight, int stride, int padding, int dilation, int groups)
    {
        int axes = input.Length - 2;
        Compare(input, weight, weight[1] * groups, (x, w, b) => axes == 1
            ? x.ConvTranspose1d(w, b, stride, padding, 0, groups, dilation)
            : x.ConvTranspose2d(w, b, stride, padding, 0, groups, dilation));
    }

    [Fact]
    public void Long_sums_are_made_in_parts_and_add_up()
    {
        // 11 images of 49 windows: 539 are summed for each weight, in two parts.
        Compare([11, 1, 7, 7], [2, 1, 3, 3], 2, static (x, w, b) => x.Conv2d(w, b, 1, 1, 1, 1));
    }

    [Fact]
    public void Images_with_channels_last_and_a_gradient_that_repeats_are_copied_first()
    {
        Compare(
            [2, 5, 6, 3], [3, 3, 4, 3], 4,
            static (x, w, b) => x.Permute(0, 3, 1, 2).Conv2d(w.Permute(2, 3, 0, 1), b, 1, 1).Sum([2, 3]));
    }

    [Fact]
    public void Nothing_is_composed()
    {
        ConvolutionShape shape = new()
        {
            Batch = 1,
            InputChannels = 2,
            OutputChannels = 3,
            Height = new SpatialAxis(4, 3, 2, 1),
            Width = new SpatialAxis(5, 3),
        };
        Tensor x = Made(shape.InputLengths), w = Made(shape.WeightLengths);
        Tensor y = Made(shape.OutputLengths);
        Assert.True(s_device.Backend.TryConvolve(shape, x, w, null, y));
        Assert.True(s_device.Backend.TryConvolveInputGradient(shape, y, w, null, x));
        Assert.True(s_device.Backend.TryConvolveWeightGradient(shape, x, y, w));

        static Tensor Made(int[] lengths) => Tensor.Ones(lengths, DType.Float32, s_device);
    }

    [Fact]
    public void Float64_convolves_too()
    {
        Generator generator = new(2);
        Tensor x = Tensor.Randn([1, 2, 5, 5], DType.Float64, generator: generator);
        Tensor w = Tensor.Randn([3, 2, 3, 3], DType.Float64, generator: generator);
        double[] expected = x.Conv2d(w, null, 2, 1).ToArray<double>();
        double[] actual = x.To(s_device).Conv2d(w.To(s_device), null, 2, 1).ToArray<double>();
        Assert.Equal(expected, actual, static (a, b) => Math.Abs(a - b) < 1e-13);
    }

    /// <summary>They are summed as float32 and rounded once, as on the processor, which computes them in float32.</summary>
    [Theory]
    [InlineData(DType.BFloat16, 1)]
    [InlineData(DType.BFloat16, 2)]
    [InlineData(DType.Float16, 1)]
    public void Sixteen_bits_are_convolved_as_they_are(DType dtype, int groups)
    {
        Assert.True(s_device.Backend.ConvolvesNarrow);
        Generator generator = new(7);
        Tensor[] operands =
        [
            .. ((int[][])[[2, 4, 6, 5], [6, 4 / groups, 3, 2], [6]])
                .Select(shape => Tensor.Randn(shape, generator: generator).To(dtype)),
        ];
        Tensor Convolve(Tensor x, Tensor w, Tensor b) => x.Conv2d(w, b, 2, 1, 1, groups);
        float[][] expected = Run(operands, Device.Cpu, Convolve), actual = Run(operands, s_device, Convolve);
        float[][] composed;
        using (Fused.Compose())
        {
            composed = Run(operands, s_device, Convolve);
        }

        float unit = dtype == DType.BFloat16 ? 1 / 128f : 1 / 1024f;
        for (int i = 0; i < expected.Length; i++)
        {
            float scale = expected[i].Max(MathF.Abs);
            bool IsNear(float a, float b) => MathF.Abs(a - b) <= (1e-5f * scale) + (unit * MathF.Abs(a));
            Assert.Equal(expected[i], actual[i], IsNear);
            Assert.Equal(expected[i], composed[i], IsNear);
        }
    }

    private static void Compare(int[] input, int[] weight, int channels, Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        Generator generator = new(7);
        Tensor[] operands =
        [
            Tensor.Randn(input, generator: generator), Tensor.Randn(weight, generator: generator),
            Tensor.Randn([channels], generator: generator),
        ];
        float[][] expected = Run(operands, Device.Cpu, convolve), actual = Run(operands, s_device, convolve);
        for (int i = 0; i < expected.Length; i++)
        {
            float scale = expected[i].Max(MathF.Abs);
            Assert.Equal(expected[i], actual[i], (a, b) => MathF.Abs(a - b) <= 1e-5f * scale);
        }

        Assert.Empty(s_device.HostFallbacks);
    }

    private static float[][] Run(Tensor[] operands, Device device, Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        Tensor[] x = [.. operands.Select(operand => operand.To(device).Detach())];
        Array.ForEach(x, static operand => operand.RequiresGrad = true);
        Tensor y = convolve(x[0], x[1], x[2]);
        Tensor gradient = Tensor.Randn(y.Shape, generator: new Generator(9)).To(y.DType).To(device);
        (y * gradient).Sum().Backward();
        return [Numbers(y), .. x.Select(static operand => Numbers(operand.Grad!))];

        static float[] Numbers(Tensor x) => x.To(DType.Float32).ToArray<float>();
    }
}
