using DeepLearning.Layers;
using static DeepLearning.Tests.Ops.Convolution.Images;

namespace DeepLearning.Tests.Layers.Convolution;

/// <summary>Convolutions over one and three axes, transposed ones, and those that are made of others.</summary>
[Trait("Rerun", "Simd")]
public class SpatialLayerTests
{
    public static TheoryData<ConvolutionLayer, int[], int> Layers => new()
    {
        { new Conv1d(6, 8, 5, groups: 2, generator: new Generator(1)), [8, 3, 5], 15 },
        { new Conv3d(4, 6, (2, 3, 1), generator: new Generator(1)), [6, 4, 2, 3, 1], 24 },
        { new ConvTranspose1d(6, 8, 5, groups: 2, generator: new Generator(1)), [6, 4, 5], 20 },
        { new ConvTranspose2d(4, 6, (3, 2), generator: new Generator(1)), [4, 6, 3, 2], 36 },
        { new ConvTranspose3d(4, 4, 2, groups: 4, generator: new Generator(1)), [4, 1, 2, 2, 2], 8 },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Weights_have_PyTorchs_shapes_and_start_between_plus_and_minus_one_over_the_root_of_the_fan(
        ConvolutionLayer layer, int[] weight, int fan)
    {
        double bound = 1 / Math.Sqrt(fan);
        Assert.Equal(weight, layer.Weight.Shape.ToArray());
        Assert.Equal(["weight", "bias"], layer.StateDict().Keys);
        Assert.All([.. layer.Weight.ToArray<float>(), .. layer.Bias!.ToArray<float>()], w => Assert.InRange(w, -bound, bound));
        Assert.InRange(layer.Weight.ToArray<float>().Max(), bound * 0.6, bound);
    }

    [Fact]
    public void Layers_print_what_differs_from_the_defaults()
    {
        Assert.Equal("Conv1d(3→16, kernel 3, stride 2)", new Conv1d(3, 16, 3, 2).ToString());
        Assert.Equal("Conv3d(2→4, kernel (1, 2, 3), padding same)", new Conv3d(2, 4, (1, 2, 3), padding: Padding.Same).ToString());
        Assert.Equal(
            "ConvTranspose2d(4→2, kernel 4, stride 2, padding 1, output padding (1, 0), dilation 2, 2 groups, no bias)",
            new ConvTranspose2d(4, 2, 4, 2, 1, (1, 0), 2, false, 2).ToString());
        Assert.Equal("Unfold(kernel 3, padding 1, stride (2, 1))", new Unfold(3, padding: 1, stride: (2, 1)).ToString());
        Assert.Equal("Fold(output (4, 5), kernel 2, dilation 2)", new Fold((4, 5), 2, 2).ToString());
        Assert.Equal(
            "LocallyConnected1d(2→3, input 9, kernel 3, stride 2, no bias)", new LocallyConnected1d(2, 3, 9, 3, 2, bias: false).ToString());
        Assert.Equal(["depthwise.weight", "pointwise.weight", "pointwise.bias"], new SeparableConv2d(2, 3, 3).StateDict().Keys);
        Assert.Equal(["depthwise.weight", "pointwise.weight"], new SeparableConv1d(2, 3, 3, bias: false).StateDict().Keys);
    }

    [Fact]
    public void A_transposed_convolution_can_give_every_length_that_its_stride_allows()
    {
        ConvTranspose2d layer = new(2, 3, 3, 3, 1, dtype: DType.Float64);
        Tensor x = Numbers([1, 2, 4, 5]);
        Assert.Equal([1, 3, 10, 13], layer.Forward(x).Shape.ToArray());
        for (int more = 0; more < 3; more++)
        {
            Tensor sized = layer.Forward(x, (10 + more, 15 - more));
            Assert.Equal([1, 3, 10 + more, 15 - more], sized.Shape.ToArray());
            AssertClose(layer.Forward(x)[.., .., ..10, ..13], sized[.., .., ..10, ..13]);
        }

        string message = Assert.Throws<ShapeException>(() => layer.Forward(x, 13)).Message;
        Assert.StartsWith("ConvTranspose2d", message, StringComparison.Ordinal);
        Assert.Contains("10 to 12 x 13 to 15", message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => layer.Forward(x, (9, 13)));
        Assert.Throws<ArgumentException>(() => layer.Forward(x, (10, 13, 13)));
        Said("[N, in, H, W]", () => layer.Forward(Numbers([2, 4]), 9));
    }

    [Fact]
    public void A_transposed_convolution_is_the_transpose_of_the_convolution()
    {
        // <conv(x), y> = <x, convT(y)> for the same weight.
        Tensor weight = Numbers([4, 3, 3, 2], 2), x = Numbers([2, 6, 8, 7], 3);
        Tensor y = x.Conv2d(weight, stride: (2, 1), padding: (1, 0), dilation: (1, 2), groups: 2);
        Tensor other = Numbers(y.Shape.ToArray(), 4);
        Tensor back = other.ConvTranspose2d(weight, null, (2, 1), (1, 0), (1, 0), 2, (1, 2));
        Assert.Equal(x.Shape, back.Shape);
        AssertClose((y * other).Sum(), (x * back).Sum());
    }

    [Fact]
    public void Columns_times_kernels_are_a_convolution_and_folding_ones_counts_the_windows()
    {
        Tensor x = Numbers([2, 3, 6, 5]), weight = Numbers([4, 3, 2, 3], 2);
        Tensor y = weight.Reshape(4, -1).MatMul(x.Im2Col((2, 3), (2, 1), (1, 0), (1, 2)));
        AssertClose(x.Conv2d(weight, null, (1, 2), (1, 0), (2, 1)), y.Reshape(2, 4, 6, 2));
        Tensor ones = Tensor.Ones([1, 1, 4, 4], DType.Float64);
        Tensor counts = ones.Im2Col(2).Col2Im(4, 2).Reshape(4, 4);
        Assert.Equal([1, 2, 2, 1, 2, 4, 4, 2, 2, 4, 4, 2, 1, 2, 2, 1], counts.ToArray<double>());
    }

    [Fact]
    public void A_locally_connected_layer_with_the_same_kernels_everywhere_is_a_convolution()
    {
        LocallyConnected2d layer = new(2, 3, (5, 4), (3, 2), (2, 1), (1, 0), dtype: DType.Float64);
        Tensor kernels = Numbers([3, 2, 3, 2], 5), bias = Numbers([3], 6);
        layer.LoadStateDict(new Dictionary<string, Tensor>
        {
            ["weight"] = kernels.Expand(3, 3, 3, 2, 3, 2),
            ["bias"] = bias.Reshape(3, 1, 1).Expand(3, 3, 3),
        });
        Tensor x = Numbers([2, 2, 5, 4]);
        AssertClose(x.Conv2d(kernels, bias, (2, 1), (1, 0)), layer.Forward(x).Detach());
        string message = Assert.Throws<ShapeException>(() => layer.Forward(Numbers([2, 2, 4, 4]))).Message;
        Assert.Contains("[N, 2, 5, 4]", message, StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => layer.Forward(x.To(DType.Float32)));
    }

    [Fact]
    public void A_wrong_argument_is_refused_when_the_layer_is_made_and_named()
    {
        Named("Conv1d", "one", static () => _ = new Conv1d(1, 1, (3, 3)));
        Named("Conv3d", "groups", static () => _ = new Conv3d(3, 4, 3, groups: 2));
        Named("ConvTranspose1d", "output padding", static () => _ = new ConvTranspose1d(1, 1, 3, 2, 0, 2));
        Named("ConvTranspose2d", "output padding", static () => _ = new ConvTranspose2d(1, 1, 3, (2, 1), 0, (1, 1)));
        Named("ConvTranspose2d", "groups", static () => _ = new ConvTranspose2d(4, 3, 3, groups: 2));
        Named("ConvTranspose3d", "kernel size", static () => _ = new ConvTranspose3d(1, 1, (1, 0, 1)));
        Named("Unfold", "padding", static () => _ = new Unfold(3, padding: -1));
        Named("Fold", "output size", static () => _ = new Fold(0, 3));
        Named("LocallyConnected1d", "reaches over 5", static () => _ = new LocallyConnected1d(1, 1, 4, 3, dilation: 2));
        Named("LocallyConnected2d", "stride", static () => _ = new LocallyConnected2d(1, 1, 4, 3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeparableConv2d(2, 2, 3, depthMultiplier: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeparableConv1d(0, 2, 3));

        // PyTorch allows it where the dilation is greater than the stride.
        Assert.Equal([1, 1, 9], new ConvTranspose1d(1, 1, 2, 1, 0, 3, dilation: 4).Forward(Tensor.Ones(1, 1, 2)).Shape.ToArray());
    }

    [Fact]
    public void Input_that_does_not_fit_is_refused_with_what_would_fit()
    {
        Said("at least 1", () => Tensor.Ones(1, 1, 1).ConvTranspose1d(Tensor.Ones(1, 1, 2), padding: 1));
        Said("at least 1", () => Tensor.Ones(1, 1, 0).ConvTranspose1d(Tensor.Ones(1, 1, 2)));
        Said("must have 3 channels", () => Tensor.Ones(1, 2, 4, 4).ConvTranspose2d(Tensor.Ones(3, 2, 2, 2)));
        Said("input channels cannot be cut into 2", () => Tensor.Ones(1, 3, 4).ConvTranspose1d(Tensor.Ones(3, 2, 2), groups: 2));
        Said("it is [4]", () => Tensor.Ones(1, 2, 4).ConvTranspose1d(Tensor.Ones(2, 2, 2), Tensor.Ones(2), groups: 2));
        Said("[in, out / groups, depth, height, width]", () => Tensor.Ones(1, 2, 4, 4).ConvTranspose3d(Tensor.Ones(2, 2, 2, 2)));
        Said("no taps", () => Tensor.Ones(1, 2, 4).Conv1d(Tensor.Ones(2, 2, 0)));
        Said("3 x 5 x 3", () => Tensor.Ones(1, 1, 4, 4, 4).Conv3d(Tensor.Ones(1, 1, 3, 3, 3), dilation: (1, 2, 1)));
        Said("[N, C, H, W]", () => Tensor.Ones(4, 4).Im2Col(2));
        Said("5 x 5", () => Tensor.Ones(1, 4, 4).Im2Col(3, 2));
        Said("multiple of 4", () => Tensor.Ones(1, 6, 9).Col2Im(4, 2));
        Said("3 x 3 windows", () => Tensor.Ones(1, 8, 8).Col2Im(4, 2));
        Assert.Throws<DTypeException>(() => Tensor.Ones(1, 2, 4).ConvTranspose1d(Tensor.Ones([2, 2, 2], DType.Float64)));
        Assert.Throws<DTypeException>(() => Tensor.Arange(16).Reshape(1, 4, 4).Im2Col(2));
        Assert.Throws<ArgumentException>(() => Tensor.Ones(1, 1, 4).ConvTranspose1d(Tensor.Ones(1, 1, 2), outputPadding: 1));
        Assert.Throws<ArgumentException>(() => Tensor.Ones(1, 1, 4).ConvTranspose1d(Tensor.Ones(1, 1, 2), padding: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Ones(1, 1, 4).ConvTranspose1d(Tensor.Ones(1, 1, 2), groups: 0));
    }

    [Fact]
    public void An_empty_batch_gives_an_empty_output_and_zero_gradients()
    {
        ConvTranspose3d layer = new(2, 3, 2);
        Tensor y = layer.Forward(Tensor.Zeros(0, 2, 3, 3, 3));
        Assert.Equal([0, 3, 4, 4, 4], y.Shape.ToArray());
        y.Sum().Backward();
        Assert.All(layer.Weight.Grad!.ToArray<float>(), static g => Assert.Equal(0, g));
        Assert.Equal([0, 3, 2, 4], new LocallyConnected2d(1, 3, (3, 5), 2).Forward(Tensor.Zeros(0, 1, 3, 5)).Shape.ToArray());
    }

    private static void Named(string kind, string what, Action make)
    {
        string message = Assert.ThrowsAny<ArgumentException>(make).Message;
        Assert.StartsWith(kind, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    private static void Said(string what, Action call) =>
        Assert.Contains(what, Assert.Throws<ShapeException>(call).Message, StringComparison.Ordinal);
}
