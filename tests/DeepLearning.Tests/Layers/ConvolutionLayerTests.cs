using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

[Trait("Rerun", "Simd")]
public class ConvolutionLayerTests
{
    [Fact]
    public void A_convolution_starts_uniform_between_plus_and_minus_one_over_the_root_of_its_fan()
    {
        Conv2d layer = new(8, 32, (3, 5), groups: 2, generator: new Generator(7));
        double bound = 1 / Math.Sqrt(4 * 3 * 5);
        float[] all = [.. layer.Weight.ToArray<float>(), .. layer.Bias!.ToArray<float>()];
        Assert.Equal([32, 4, 3, 5], layer.Weight.Shape.ToArray());
        Assert.All(all, w => Assert.InRange(w, -bound, bound));
        Assert.InRange(all.Max(), bound * 0.95, bound);
        Assert.InRange(all.Select(static w => (double)w * w).Average(), bound * bound / 3 * 0.9, bound * bound / 3 * 1.1);
        Conv2d again = new(8, 32, (3, 5), groups: 2, generator: new Generator(7));
        Assert.Equal(layer.Weight.ToArray<float>(), again.Weight.ToArray<float>());
    }

    [Theory]
    [InlineData(PadMode.Reflect)]
    [InlineData(PadMode.Replicate)]
    [InlineData(PadMode.Circular)]
    public void Other_paddings_are_a_pad_before_the_convolution(PadMode mode)
    {
        Conv2d layer = new(2, 3, 3, padding: (1, 2), paddingMode: mode), same = new(2, 3, 3, padding: Padding.Same, paddingMode: mode);
        Tensor x = Tensor.Arange(2 * 5 * 6).To(DType.Float32).Reshape(1, 2, 5, 6);
        Assert.Equal(
            x.Pad([2, 2, 1, 1], mode).Conv2d(layer.Weight, layer.Bias).ToArray<float>(), layer.Forward(x).ToArray<float>());
        Assert.Equal([1, 3, 5, 6], same.Forward(x).Shape.ToArray());
    }

    [Fact]
    public void Layers_print_what_differs_from_the_defaults()
    {
        Assert.Equal("Conv2d(3→16, kernel 3)", new Conv2d(3, 16, 3).ToString());
        Assert.Equal(
            "Conv2d(4→4, kernel (3, 1), stride 2, padding (1, 0), dilation 2, 4 groups, no bias)",
            new Conv2d(4, 4, (3, 1), 2, (1, 0), 2, 4, false).ToString());
        Assert.Equal(
            "Conv2d(1→1, kernel 3, padding same Reflect)",
            new Conv2d(1, 1, 3, padding: Padding.Same, paddingMode: PadMode.Reflect).ToString());
        Assert.Equal("MaxPool2d(kernel 3, stride 2, padding 1, ceil)", new MaxPool2d(3, 2, 1, ceilMode: true).ToString());
        Assert.Equal("AvgPool2d(kernel 2)", new AvgPool2d(2).ToString());
        Assert.Equal("AdaptiveAvgPool2d(1)", new AdaptiveAvgPool2d(1).ToString());
        Assert.Equal("AdaptiveAvgPool2d(same x 2)", new AdaptiveAvgPool2d(null, 2).ToString());
    }

    [Fact]
    public void A_wrong_argument_is_refused_when_the_layer_is_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(0, 1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, 3, groups: 0));
        Assert.Contains("groups", Assert.Throws<ArgumentException>(() => new Conv2d(3, 4, 3, groups: 2)).Message);
        Assert.Contains("kernel size", Assert.Throws<ArgumentException>(() => new Conv2d(1, 1, (3, 0))).Message);
        Assert.Contains("stride", Assert.Throws<ArgumentException>(() => new Conv2d(1, 1, 3, 2, Padding.Same)).Message);
    }

    [Fact]
    public void An_error_names_the_layer_by_its_place_in_the_model()
    {
        Sequential model = new(new Conv2d(1, 4, 3), new MaxPool2d(2), new Conv2d(8, 4, 3));
        string message = Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros(1, 1, 10, 10))).Message;
        Assert.Contains("2", message.Split(':')[0]);
        Assert.Contains("must have 8 channels", message);
    }
}
