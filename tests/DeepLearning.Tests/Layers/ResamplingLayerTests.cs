using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

public class ResamplingLayerTests
{
    [Fact]
    public void Layers_print_what_they_were_made_with()
    {
        Assert.Equal("Upsample(factor 2, Nearest)", new Upsample(scaleFactor: 2).ToString());
        Assert.Equal(
            "Upsample(size (3, 4), Bicubic, aligned corners)",
            new Upsample((3, 4), mode: InterpolationMode.Bicubic, alignCorners: true).ToString());
        Assert.Equal(
            "UpsamplingBilinear2d(factor (2, 1.5), Bilinear, aligned corners)", new UpsamplingBilinear2d(scaleFactor: (2, 1.5)).ToString());
        Assert.Equal("PixelShuffle(3)", new PixelShuffle(3).ToString());
        Assert.Equal("ChannelShuffle(2 groups)", new ChannelShuffle(2).ToString());
        Assert.Equal("ReflectionPad2d(1)", new ReflectionPad2d(1).ToString());
        Assert.Equal("ZeroPad2d((1, 2, 0, -1))", new ZeroPad2d(1, 2, 0, -1).ToString());
        Assert.Equal("ConstantPad1d(2, value 0.5)", new ConstantPad1d(2, 0.5).ToString());
        Assert.Equal("CosineSimilarity(axis -1, eps=1E-08)", new CosineSimilarity(-1).ToString());
        Assert.Equal("PairwiseDistance(p=1, eps=1E-06, axis kept)", new PairwiseDistance(1, keepDim: true).ToString());
    }

    [Fact]
    public void A_wrong_argument_is_refused_when_the_layer_is_made()
    {
        Assert.Contains("Upsample", Assert.Throws<ArgumentException>(static () => new Upsample()).Message);
        Assert.Contains("corners", Assert.Throws<ArgumentException>(static () => new Upsample(2, alignCorners: true)).Message);
        Assert.Contains("PixelUnshuffle", Assert.Throws<ArgumentOutOfRangeException>(static () => new PixelUnshuffle(0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ChannelShuffle(0));
        Assert.Contains("4 of them", Assert.Throws<ArgumentException>(static () => new ReplicationPad2d(1, 2)).Message);
        Assert.Contains("2 of them", Assert.Throws<ArgumentException>(static () => new ConstantPad1d([1, 2, 3], 0)).Message);
    }

    [Fact]
    public void An_error_names_the_layer_by_its_place_in_the_model()
    {
        Sequential model = new(new ReflectionPad2d(1), new PixelShuffle(2));
        Assert.StartsWith("0 (ReflectionPad2d 1): an input [3, 3]", Error(3, 3), StringComparison.Ordinal);
        Assert.Contains(
            "use -3 to 2", Assert.Throws<ShapeException>(static () => new ReflectionPad1d(3).Forward(Tensor.Zeros(1, 3))).Message);
        Assert.StartsWith("1 (PixelShuffle 2): 3 channels", Error(1, 3, 4, 4), StringComparison.Ordinal);

        string Error(params int[] shape) => Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros(shape))).Message;
    }

    [Fact]
    public void A_distance_names_itself_by_its_place_in_the_model()
    {
        Assert.StartsWith("1 (CosineSimilarity axis -1, eps=1E-08): ", Error(new CosineSimilarity(-1)), StringComparison.Ordinal);
        Assert.StartsWith("1 (PairwiseDistance p=2, eps=1E-06): ", Error(new PairwiseDistance()), StringComparison.Ordinal);

        static string Error(Module<Tensor, Tensor, Tensor> distance)
        {
            Sequential<(Tensor, Tensor), Tensor> model = new Lambda<(Tensor, Tensor), (Tensor, Tensor)>(static x => x).Then(distance);
            return Assert.Throws<ShapeException>(() => model.Forward((Tensor.Ones(2, 3), Tensor.Ones(2, 5)))).Message;
        }
    }

    [Fact]
    public void Channels_and_pixels_that_do_not_divide_are_named()
    {
        Assert.Contains("no multiples", Assert.Throws<ShapeException>(static () => Tensor.Zeros(1, 1, 3, 4).PixelUnshuffle(2)).Message);
        Assert.Contains("[…, C, H, W]", Assert.Throws<ShapeException>(static () => Tensor.Zeros(3, 4).PixelUnshuffle(1)).Message);
        Assert.Contains("multiple of the 2", Assert.Throws<ShapeException>(static () => Tensor.Zeros(1, 3, 4).ChannelShuffle(2)).Message);
        Assert.Contains(
            "floating", Assert.Throws<DTypeException>(static () => Tensor.Ones([2], DType.Int64).PairwiseDistance(Tensor.Ones(2))).Message);
        Assert.Contains(
            "at least one axis",
            Assert.Throws<ShapeException>(static () => Tensor.FromScalar(1f).CosineSimilarity(Tensor.FromScalar(1f), 0)).Message);
    }
}
