using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

public class PoolingLayerTests
{
    [Fact]
    public void Layers_print_what_differs_from_the_defaults()
    {
        Assert.Equal("MaxPool1d(kernel 3, stride 2, padding 1, dilation 2, ceil)", new MaxPool1d(3, 2, 1, 2, true).ToString());
        Assert.Equal("MaxPool3d(kernel (1, 2, 2))", new MaxPool3d((1, 2, 2)).ToString());
        Assert.Equal(
            "AvgPool3d(kernel 2, padding not counted, divisor 5)", new AvgPool3d(2, countIncludePad: false, divisorOverride: 5).ToString());
        Assert.Equal("LPPool2d(kernel 3, ceil, power 1.5)", new LPPool2d(1.5, 3, ceilMode: true).ToString());
        Assert.Equal("AdaptiveMaxPool3d(1 x same x 2)", new AdaptiveMaxPool3d(1, null, 2).ToString());
        Assert.Equal("AdaptiveAvgPool1d(4)", new AdaptiveAvgPool1d(4).ToString());
        Assert.Equal("FractionalMaxPool2d(kernel 2, ratio (0.5, 0.7))", new FractionalMaxPool2d(2, outputRatio: (0.5, 0.7)).ToString());
        Assert.Equal("MaxUnpool2d(kernel 3, stride 2, padding 1)", new MaxUnpool2d(3, 2, 1).ToString());
        Assert.Equal("GlobalAvgPool(axes kept)", new GlobalAvgPool(keepDim: true).ToString());
    }

    [Fact]
    public void A_wrong_argument_is_refused_when_the_layer_is_made()
    {
        Assert.Contains("MaxPool1d", Assert.Throws<ArgumentException>(static () => new MaxPool1d(0)).Message);
        Assert.Contains("stride", Assert.Throws<ArgumentException>(static () => new AvgPool3d(2, (1, 0, 1))).Message);
        Assert.Contains("at most half", Assert.Throws<ArgumentException>(static () => new MaxPool3d(3, padding: 2)).Message);
        Assert.Contains("AdaptiveAvgPool3d", Assert.Throws<ArgumentException>(static () => new AdaptiveAvgPool3d(-1)).Message);
        Assert.Contains("LPPool2d", Assert.Throws<ArgumentOutOfRangeException>(static () => new LPPool2d(0, 2)).Message);
        Assert.Contains("give one of them", Assert.Throws<ArgumentException>(static () => new FractionalMaxPool3d(2)).Message);
        Assert.Contains("kernel size", Assert.Throws<ArgumentException>(static () => new MaxUnpool2d(0)).Message);
    }

    [Fact]
    public void Pooling_and_unpooling_layers_fit_together()
    {
        MaxPool2d pool = new(2);
        Tensor x = Tensor.Randn(2, 3, 5, 6);
        (Tensor values, Tensor indices) = pool.ForwardWithIndices(x);
        Assert.Equal(values.ToArray<float>(), pool.Forward(x).ToArray<float>());
        MaxUnpool2d unpool = new(pool.KernelSize, pool.Stride, pool.Padding);
        Assert.Equal(x.Shape, unpool.Forward(values, indices, x.Shape.AsSpan()).Shape);
        Assert.Equal([2, 3, 4, 6], unpool.Forward(values.Detach(), indices % 24).Shape.ToArray());
    }

    [Fact]
    public void An_error_names_the_layer_by_its_place_in_the_model()
    {
        Sequential model = new(new MaxPool1d(2), new AdaptiveAvgPool1d(2), new GlobalAvgPool());
        string message = Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros(3, 1))).Message;
        Assert.StartsWith("0 (MaxPool1d kernel 2): ", message, StringComparison.Ordinal);
        string last = Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros(3, 4))).Message;
        Assert.StartsWith("2 (GlobalAvgPool): an input [3, 2]", last, StringComparison.Ordinal);
    }

    [Fact]
    public void Unpooling_names_itself_by_its_place_in_the_model()
    {
        Sequential<(Tensor, Tensor), Tensor> model =
            new Lambda<(Tensor, Tensor), (Tensor, Tensor)>(static x => x).Then(new MaxUnpool2d(2));
        string shape = Assert.Throws<ShapeException>(
            () => model.Forward((Tensor.Ones(1, 2, 2), Tensor.Zeros([1, 2, 3], DType.Int64)))).Message;
        Assert.StartsWith("1 (MaxUnpool2d kernel 2): indices [1, 2, 3] do not fit", shape, StringComparison.Ordinal);
        string index = Assert.Throws<IndexException>(
            () => model.Forward((Tensor.Ones(1, 2, 2), Tensor.Full([1, 2, 2], 16L)))).Message;
        Assert.StartsWith("1 (MaxUnpool2d kernel 2): ", index, StringComparison.Ordinal);
    }
}
