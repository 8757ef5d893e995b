using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Vision;

public sealed class VisionTests
{
    [Fact]
    public void Networks_have_the_published_numbers_of_parameters_and_torchvisions_keys()
    {
        ResNet small = ResNet.ResNet18();
        Assert.Equal(11_689_512, Count(small));
        Assert.Equal(21_797_672, Count(ResNet.ResNet34()));
        Assert.Equal(25_557_032, Count(ResNet.ResNet50()));
        Assert.Equal(269_722, Count(ResNet.ResNet20()));
        string[] keys = [.. small.StateDict().Keys];
        Assert.Equal(122, keys.Length);
        Assert.Contains("layer2.0.downsample.1.running_mean", keys);
        Assert.Contains("layer4.1.bn2.num_batches_tracked", keys);
        Assert.Equal(["conv1.weight", "bn1.weight"], keys[..2]);
        Assert.Equal(["fc.weight", "fc.bias"], keys[^2..]);
    }

    [Fact]
    public void Vgg_has_the_published_layers()
    {
        VGG network = new([[64], [128], [256, 256], [512, 512], [512, 512]], hidden: 2);
        Assert.Equal(9_220_480, Count(network.Features));
        Assert.Equal(
            ["0", "3", "6", "8", "11", "13", "16", "18"],
            network.Features.NamedParameters().Select(static p => p.Name.Split('.')[0]).Distinct());
        Assert.Throws<ArgumentException>(() => new VGG([[64], []]));
        Assert.Contains("32 or more", Assert.Throws<ShapeException>(() => network.Forward(Tensor.Zeros(1, 3, 31, 40))).Message);
    }

    [Fact]
    public void A_pyramid_takes_the_features_of_a_residual_network()
    {
        ResNet network = new(new ResNetOptions([1, 1, 1, 1], Width: 4, Classes: 2));
        IReadOnlyList<Tensor> features = network.Eval().Features(Tensor.Rand(1, 3, 64, 64));
        Assert.Equal([16, 8, 4, 2], features.Select(static f => f.Size(2)));
        IReadOnlyList<Tensor> levels = new FeaturePyramid([4, 8, 16, 32], 6).Forward(features);
        Assert.All(levels, static level => Assert.Equal(6, level.Size(1)));
        Assert.Equal([16, 8, 4, 2], levels.Select(static f => f.Size(2)));
        Assert.Contains("must be 4",
            Assert.Throws<ShapeException>(() => new FeaturePyramid([4, 8, 16, 32], 6).Forward([features[0]])).Message);
        Assert.Throws<ArgumentException>(() => new ResNet(new ResNetOptions([])));
        Assert.Throws<ArgumentException>(() => new ResNet(new ResNetOptions([1, 1, 1, 1, 1])));
        Assert.Throws<ArgumentException>(() => new BasicBlock(4, 2, 1, ResNetShortcut.Padding));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InvertedResidual(2, 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InceptionBlock(2, 1, 1, 1, 1, 1, 1, largeKernel: 4));
    }

    private static long Count(Module module) => module.Parameters().Sum(static p => p.Count);
}
