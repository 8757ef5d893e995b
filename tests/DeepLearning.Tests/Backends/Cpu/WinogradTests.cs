using DeepLearning.Backends;
using DeepLearning.Backends.Cpu;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Backends.Cpu;

/// <summary>Convolution by Winograd's algorithm, beside the direct one and that of float64.</summary>
[Trait("Rerun", "Simd")]
public class WinogradTests
{
    public static TheoryData<int, int, int, int, int, int, int, int> Images => new()
    {
        // batch, channels, outputs, height, width, taps, stride, padding
        { 1, 16, 16, 32, 32, 3, 1, 1 },
        { 2, 64, 64, 8, 8, 3, 1, 1 },
        { 3, 24, 33, 9, 13, 3, 1, 0 },
        { 2, 19, 12, 7, 22, 3, 1, 2 },
        { 1, 256, 128, 14, 14, 3, 1, 1 },
        { 1, 300, 300, 8, 8, 3, 1, 1 },
        { 18, 17, 15, 5, 11, 3, 1, 1 },
        { 2, 32, 64, 12, 12, 5, 1, 0 },
        { 3, 24, 12, 9, 13, 5, 1, 2 },
        { 1, 256, 256, 7, 8, 5, 1, 4 },
        { 2, 19, 21, 8, 13, 2, 1, 1 },
        { 3, 16, 12, 12, 9, 2, 1, 0 },

        // Phases; sizes that leave rows or columns which no tap reaches, paddings of less and more than the stride.
        { 3, 64, 128, 14, 14, 4, 2, 1 },
        { 2, 32, 24, 18, 27, 4, 2, 0 },
        { 1, 16, 33, 23, 16, 4, 2, 2 },
        { 9, 16, 12, 17, 15, 4, 2, 3 },
        { 1, 80, 70, 15, 31, 4, 2, 1 },
        { 2, 32, 16, 25, 33, 6, 2, 2 },
        { 1, 16, 16, 27, 24, 6, 2, 5 },
        { 2, 16, 17, 24, 32, 10, 2, 4 },
        { 2, 16, 20, 27, 23, 6, 3, 4 },
        { 1, 16, 24, 33, 35, 8, 4, 3 },
    };

    /// <summary>The bounds that <see cref="WinogradConvolution"/> states.</summary>
    [Theory]
    [MemberData(nameof(Images))]
    public void Its_error_relative_to_the_norm_is_small(
        int batch, int channels, int outputs, int height, int width, int taps, int stride, int padding)
    {
        Generator generator = new(7);
        foreach (bool positive in new[] { false, true })
        {
            // Where everything is positive nothing cancels in the sums, but it does within the transforms.
            Tensor x = Make(batch, channels, height, width), weight = Make(outputs, channels, taps, taps), bias = Make(outputs);
            ConvolutionShape shape = ShapeOf(x, weight, stride, padding);
            Assert.True(Winograd.Fits<float>(shape));
            Assert.True(Winograd.FitsInputGradient<float>(shape));
            Tensor dy = Make(batch, outputs, shape.OutputHeight, shape.OutputWidth);
            Tensor[] actual = Compute(x, weight, bias, dy, padding, stride);
            Tensor[] exact = Compute(Wide(x), Wide(weight), Wide(bias), Wide(dy), padding, stride);
            Assert.All(actual.Zip(exact), static pair => Assert.InRange(Error(pair.First, pair.Second), 0, 4e-6));

            Tensor Make(params int[] shape) =>
                positive ? Tensor.Rand(shape, generator: generator) : Tensor.Randn(shape, generator: generator);
        }
    }

    /// <summary>A transposed convolution is the gradient, with a bias and rows behind the last window.</summary>
    [Theory]
    [InlineData(4, 2, 1, 0)]
    [InlineData(4, 2, 1, 1)]
    [InlineData(4, 2, 3, 1)]
    [InlineData(2, 1, 0, 0)]
    [InlineData(6, 3, 2, 2)]
    [InlineData(8, 4, 2, 3)]
    public void Transposed_convolutions_place_the_results_of_all_phases(int taps, int stride, int padding, int outputPadding)
    {
        Generator generator = new(7);
        Tensor x = Tensor.Randn([2, 24, 9, 11], generator: generator), weight = Tensor.Randn([24, 32, taps, taps], generator: generator);
        Tensor bias = Tensor.Randn([32], generator: generator);
        Tensor actual = x.ConvTranspose2d(weight, bias, stride, padding, outputPadding);
        Tensor exact = Wide(x).ConvTranspose2d(Wide(weight), Wide(bias), stride, padding, outputPadding);
        Assert.Equal(exact.Shape, actual.Shape);
        Assert.InRange(Error(actual, exact), 1e-8, 4e-6);
        using (WinogradConvolution.Disable())
        {
            Assert.NotEqual(
                actual.ToArray<float>(), x.ConvTranspose2d(weight, bias, stride, padding, outputPadding).ToArray<float>());
        }
    }

    [Fact]
    public void It_can_be_switched_off_on_a_thread()
    {
        Generator generator = new(7);
        Tensor x = Tensor.Randn([2, 16, 12, 12], generator: generator), weight = Tensor.Randn([16, 16, 3, 3], generator: generator);
        Tensor bias = Tensor.Randn([16], generator: generator), dy = Tensor.Randn([2, 16, 12, 12], generator: generator);
        Tensor[] tiled = Compute(x, weight, bias, dy, 1), direct;
        Assert.True(WinogradConvolution.Enabled);
        using (WinogradConvolution.Disable())
        {
            Assert.False(WinogradConvolution.Enabled);
            direct = Compute(x, weight, bias, dy, 1);
            using (WinogradConvolution.Set(true))
            {
                Assert.Equal(tiled[0].ToArray<float>(), Compute(x, weight, bias, dy, 1)[0].ToArray<float>());
            }

            Assert.False(WinogradConvolution.Enabled);
            bool elsewhere = false;
            Thread thread = new(() => elsewhere = WinogradConvolution.Enabled);
            thread.Start();
            thread.Join();
            Assert.True(elsewhere);
        }

        Assert.True(WinogradConvolution.Enabled);
        Assert.All(tiled.Zip(direct), static pair =>
        {
            Assert.NotEqual(pair.First.ToArray<float>(), pair.Second.ToArray<float>());
            Assert.InRange(Error(pair.First, pair.Second.To(DType.Float64)), 0, 1e-5);
        });
    }

    /// <summary>Products of small whole numbers are exact when computed directly.</summary>
    [Fact]
    public void Direct_convolution_of_whole_numbers_is_exact()
    {
        Generator generator = new(7);
        Tensor x = Tensor.RandInt(-5, 6, [1, 16, 9, 9], generator: generator);
        Tensor weight = Tensor.RandInt(-5, 6, [16, 16, 3, 3], generator: generator);
        using (WinogradConvolution.Disable())
        {
            Tensor y = x.To(DType.Float32).Conv2d(weight.To(DType.Float32), padding: 1);
            Assert.Equal(
                x.To(DType.Float64).Conv2d(weight.To(DType.Float64), padding: 1).ToArray<double>(), y.To(DType.Float64).ToArray<double>());
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(3e38f)]
    public void What_is_not_finite_reaches_what_reads_it_and_nothing_else(float value)
    {
        Generator generator = new(7);
        Tensor x = Tensor.Randn([3, 16, 12, 12], generator: generator), weight = Tensor.Randn([16, 16, 3, 3], generator: generator);
        Tensor clean = x.Conv2d(weight, padding: 1);
        x[1, 5, 6, 7].FillInPlace(value);
        Tensor y = x.Conv2d(weight, padding: 1), expected;
        using (WinogradConvolution.Disable())
        {
            expected = x.Conv2d(weight, padding: 1);
        }

        Assert.Equal(expected[1].ToArray<float>(), y[1].ToArray<float>());
        Assert.Equal(clean[0].ToArray<float>(), y[0].ToArray<float>());
        Assert.Equal(clean[2].ToArray<float>(), y[2].ToArray<float>());

        // So, too, for transposed convolutions, gradients of weights and compiled models, with an activation behind.
        Tensor transposed = x.ConvTranspose2d(weight, padding: 1);
        Conv2d layer = new(16, 16, 3, padding: 1, generator: generator);
        CompiledModel compiled = new Sequential(layer, new ReLU()).Compile(Tensor.Randn([3, 16, 12, 12], generator: generator));
        Tensor activated = compiled.Forward(x), bias = Tensor.Zeros(16), dy = Tensor.Ones(3, 16, 12, 12);
        Tensor gradient = Compute(x, weight, bias, dy, 1)[2];
        using (WinogradConvolution.Disable())
        {
            Assert.Equal(x.ConvTranspose2d(weight, padding: 1)[1].ToArray<float>(), transposed[1].ToArray<float>());
            Assert.Equal(layer.Forward(x).Relu()[1].ToArray<float>(), activated[1].ToArray<float>());
            Assert.Equal(Compute(x, weight, bias, dy, 1)[2].ToArray<float>(), gradient.ToArray<float>());
        }
    }

    [Fact]
    public void A_compiled_model_has_the_bits_of_its_layers_and_keeps_its_setting()
    {
        Generator generator = new(7);
        Sequential model = new(
            new Conv2d(16, 20, 3, padding: 1, generator: generator), new ReLU(), new Conv2d(20, 16, 3, padding: 1, generator: generator));
        Tensor x = Tensor.Randn([2, 16, 50, 21], generator: generator), direct, expected = model.Forward(x);
        CompiledModel fast = model.Compile(x), exact;
        using (WinogradConvolution.Disable())
        {
            (direct, exact) = (model.Forward(x), model.Compile(x));
        }

        Assert.Equal(expected.ToArray<float>(), fast.Forward(x).ToArray<float>());
        Assert.Equal(direct.ToArray<float>(), exact.Forward(x).ToArray<float>());
        Assert.NotEqual(direct.ToArray<float>(), expected.ToArray<float>());
    }

    [Theory]
    [InlineData(16, 16, 8, 1, 1, 1, 3, true)]
    [InlineData(16, 16, 4, 1, 1, 1, 3, true)]
    [InlineData(11, 16, 8, 1, 1, 1, 3, false)]
    [InlineData(16, 11, 8, 1, 1, 1, 3, false)]
    [InlineData(16, 16, 5, 1, 1, 1, 3, false)]
    [InlineData(16, 16, 2, 1, 1, 1, 3, false)]
    [InlineData(16, 16, 8, 2, 1, 1, 3, false)]
    [InlineData(16, 16, 8, 1, 2, 1, 3, false)]
    [InlineData(16, 16, 8, 1, 1, 2, 3, false)]
    [InlineData(16, 16, 8, 1, 1, 1, 5, true)]
    [InlineData(16, 16, 8, 1, 1, 1, 7, false)]
    [InlineData(16, 16, 1, 1, 1, 1, 5, false)]
    [InlineData(16, 16, 8, 1, 1, 1, 1, false)]
    [InlineData(512, 512, 8, 1, 1, 1, 3, false)]
    [InlineData(16, 16, 8, 1, 1, 1, 2, true)]
    [InlineData(16, 16, 16, 2, 1, 1, 4, true)]
    [InlineData(17, 16, 16, 2, 1, 1, 4, false)]
    [InlineData(16, 17, 16, 2, 1, 1, 4, true)]
    [InlineData(16, 16, 16, 2, 2, 1, 4, false)]
    [InlineData(16, 16, 16, 2, 1, 2, 4, false)]
    [InlineData(16, 16, 16, 2, 1, 1, 5, false)]
    [InlineData(16, 16, 24, 3, 1, 1, 6, true)]
    [InlineData(16, 16, 32, 4, 1, 1, 8, true)]
    [InlineData(16, 16, 50, 5, 1, 1, 10, false)]
    [InlineData(256, 512, 16, 2, 1, 1, 4, false)]
    public void It_is_used_where_it_is_faster_for_any_number_of_images(
        int channels, int outputs, int size, int stride, int dilation, int groups, int kernel, bool expected)
    {
        foreach (int batch in new[] { 1, 64 })
        {
            SpatialAxis axis = new(size, kernel, stride, kernel / 2 * dilation, dilation);
            ConvolutionShape shape = new()
            {
                Batch = batch,
                InputChannels = channels,
                OutputChannels = outputs,
                Height = axis,
                Width = axis,
                Groups = groups,
            };
            Assert.Equal(expected, Winograd.Fits<float>(shape));
            Assert.Equal(expected, Winograd.FitsInputGradient<float>(shape));
            Assert.False(Winograd.Fits<double>(shape));
            Assert.False(Winograd.Fits<float>(shape with { Axes = 3, Depth = new(size, kernel) }));
        }
    }

    private static ConvolutionShape ShapeOf(Tensor x, Tensor weight, int stride, int padding) => new()
    {
        Batch = x.Size(0),
        InputChannels = x.Size(1),
        OutputChannels = weight.Size(0),
        Height = new(x.Size(2), weight.Size(2), stride, padding),
        Width = new(x.Size(3), weight.Size(3), stride, padding),
    };

    /// <summary>The convolution, and the gradients of its input and weight.</summary>
    private static Tensor[] Compute(Tensor x, Tensor weight, Tensor bias, Tensor dy, int padding, int stride = 1)
    {
        Tensor[] inputs = [x.Detach(), weight.Detach()];
        inputs[0].RequiresGrad = inputs[1].RequiresGrad = true;
        Tensor y = inputs[0].Conv2d(inputs[1], bias, stride, padding);
        return [y.Detach(), .. Autograd.Grad(y, inputs, dy)];
    }

    private static Tensor Wide(Tensor x) => x.To(DType.Float64);

    private static double Error(Tensor actual, Tensor exact) =>
        Math.Sqrt((actual.To(DType.Float64) - exact).Square().Sum().Item<double>() / exact.Square().Sum().Item<double>());
}
