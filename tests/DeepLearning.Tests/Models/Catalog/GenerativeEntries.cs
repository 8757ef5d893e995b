using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;
using DeepLearning.Tests.Layers.Catalog;

namespace DeepLearning.Tests.Models.Catalog;

/// <summary>Autoencoders, adversarial networks and diffusion, of one to four channels and the smallest images.</summary>
internal static class GenerativeEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Rows("Autoencoder", static () => new Autoencoder(3, [2]), 3, 3),
        Rows(
            "Autoencoder, deep, denoising",
            static () => new Autoencoder(
                3, [3, 2], static () => new Tanh(), linearCode: true, outputActivation: new Sigmoid(), corruption: new GaussianNoise()), 3,
                    3),
        Any("MaskingNoise", static () => new MaskingNoise(0.4)),
        Any("SaltAndPepperNoise", static () => new SaltAndPepperNoise(0.4, -1, 2)),
        CatalogEntry.Layer(
            "GaussianHead", static () => new GaussianHead(3, 2), static random => random.Normal(2, 3),
            new LayerCheckOptions
            {
                InputShapes = ["[.., 3]"],
                OutputShapes = ["[.., 2]", "[.., 2]"],
                Unbatched = true,
                Rejects = [new Rejection("another width", "3]", Tensor.Zeros(2, 4))],
            }),
        CatalogEntry.Layer(
            "VariationalAutoencoder",
            static () => new VariationalAutoencoder(
                new Sequential(new Linear(3, 3), new Tanh()), new GaussianHead(3, 2), new Linear(2, 3)),
            static random => random.Normal(2, 3),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 3]", "[2, 2]", "[2, 2]"],
                Rejects = [new Rejection("another width", "3", Tensor.Zeros(2, 4))],
            }),
        Code("VectorQuantizer", static () => new VectorQuantizer(4, 2)),
        Code("VectorQuantizer, averages", static () => new VectorQuantizer(4, 2, decay: 0.9)),
        Noise("DCGANGenerator", static () => new DCGANGenerator(2, 1, 8, 2)),
        Noise("DCGANGenerator, upsampling", static () => new DCGANGenerator(2, 1, 8, 2, upsampling: true)),
        Image("DCGANDiscriminator", static () => new DCGANDiscriminator(1, 16, 1), 16, "[2]", "[batch, 1, 16, 16]"),
        Image("DCGANDiscriminator, no norm", static () => new DCGANDiscriminator(1, 8, 2, batchNorm: false), 8, "[2]", "[batch, 1, 8, 8]"),
        Image("DCGANDiscriminator, spectral norm", static () => new DCGANDiscriminator(1, 8, 2, spectralNorm: true), 8, "[2]",
            "[batch, 1, 8, 8]"),
        Image("CycleGANResidual", static () => new CycleGANResidual(1), 4, "[2, 1, 4, 4]", "[batch, 1, height, width]"),
        Image("CycleGANGenerator", static () => new CycleGANGenerator(1, 1, 1, 1).Started(), 8, "[2, 1, 8, 8]",
            "[batch, 1, height, width]"),
        Image("PatchDiscriminator", static () => new PatchDiscriminator(1, 1, 1).Started(), 8, "[2, 1, 2, 2]", "[batch, 1, height, width]"),
        Rows("MappingNetwork", static () => new MappingNetwork(3, 2, 2), 3, 2),
        Styled("AdaptiveInstanceNorm", static () => new AdaptiveInstanceNorm(2, 3), 2),
        Styled("ModulatedConv2d", static () => new ModulatedConv2d(2, 3, 3, 3), 3),
        Styled("ModulatedConv2d, not demodulated", static () => new ModulatedConv2d(2, 1, 1, 3, demodulate: false), 1),
        Image("NoiseInjection", static () => new NoiseInjection(1).Started(), 3, "[2, 1, 3, 3]", "[batch, 1, height, width]"),
        CatalogEntry.Layer(
            "NoiseInjection, given",
            static () => new CalledModule<NoiseInjection, Tensor, Tensor>(
                new NoiseInjection(2).Started(), static (layer, x, noise) => layer.Forward(x, noise)),
            static random => (random.Normal(2, 2, 2, 2), random.Normal(2, 1, 2, 2)),
            new LayerCheckOptions { OutputShapes = ["[2, 2, 2, 2]"] }),
        CatalogEntry.Layer(
            "TimeEmbedding", static () => new TimeEmbedding(4, 3), static _ => Tensor.From([3L, 0, 500]),
            new LayerCheckOptions
            {
                OutputShapes = ["[3, 3]"],
                Rejects = [new Rejection("steps in rows", "[batch]", Tensor.Zeros([2, 3], DType.Int64))],
            }),
        CatalogEntry.Layer(
            "UNetBlock", static () => new UNetBlock(2, 4, 3, 2, 0.2).Started(),
                static random => (random.Normal(2, 2, 2, 2), random.Normal(2, 3)),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 4, 2, 2]"],
                Rejects =
                [
                    new Rejection("other channels", "[batch, 2, height, width]", Tensor.Zeros(2, 4, 2, 2), null),
                    new Rejection("another time", "[2, 3]", null, Tensor.Zeros(2, 4)),
                ],
            }),
        CatalogEntry.Layer(
            "UNetAttention", static () => new UNetAttention(2, 1, 2).Started(), static random => random.Normal(2, 2, 2, 2),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 2, 2, 2]"],
                Rejects = [new Rejection("other channels", "[batch, 2, height, width]", Tensor.Zeros(2, 4, 2, 2))],
            }),
        CatalogEntry.Layer(
            "DiffusionUNet",
            static () => new DiffusionUNet(new DiffusionUNetOptions(1, 2, [1, 1], AttentionLevels: [1], Groups: 1)).Started(0.3),
            static random => (random.Normal(2, 1, 4, 4), Tensor.From([3L, 10])),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 1, 4, 4]"],
                Rejects =
                [
                    new Rejection("other channels", "[batch, 1, height, width]", Tensor.Zeros(2, 2, 4, 4), null),
                    new Rejection("an odd side", "multiples of 2", Tensor.Zeros(2, 1, 5, 4), null),
                    new Rejection("fewer steps than images", "[2]", null, Tensor.From([3L])),
                ],
            }),
        CatalogEntry.Layer(
            "DiffusionUNet, classes",
            static () => new CalledModule3<DiffusionUNet, Tensor>(
                new DiffusionUNet(new DiffusionUNetOptions(1, 2, [1], Groups: 1, Classes: 2)).Started(0.3),
                static (net, x, steps, classes) => net.Forward(x, steps, classes)),
            static random => (random.Normal(2, 1, 2, 2), Tensor.From([3L, 10]), Tensor.From([1L, 2])),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 1, 2, 2]"],
                Rejects = [new Rejection("a class that there is not", "0 to 2", null, null, Tensor.From([1L, 3]))],
            }),
    ];

    private static CatalogEntry Rows(string name, Func<Layer> make, int width, int outWidth) => CatalogEntry.Layer(
        name, make, random => random.Normal(2, width),
        new LayerCheckOptions
        {
            InputShapes = [$"[.., {width}]"],
            OutputShapes = [$"[.., {outWidth}]"],
            Unbatched = true,
            Rejects = [new Rejection("another width", $"{width}]", Tensor.Zeros(2, width + 1))],
        });

    private static CatalogEntry Any(string name, Func<Layer> make) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 3),
        new LayerCheckOptions { InputShapes = ["[..]"], OutputShapes = ["[..]"], Unbatched = true });

    private static CatalogEntry Code(string name, Func<Module<Tensor, QuantizedCode>> make) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 3, 2),
        new LayerCheckOptions
        {
            InputShapes = ["[.., 2]"],
            OutputShapes = ["[.., 2]", "[..]", "[]"],
            OutputBatchAxes = [0, 0, null],
            Rejects = [new Rejection("another width", "2]", Tensor.Zeros(2, 3)), new Rejection("no vector", "vector", Tensor.Zeros(0, 2))],
        });

    private static CatalogEntry Noise(string name, Func<Layer> make) => CatalogEntry.Layer(
        name, make, static random => random.Normal(3, 2),
        new LayerCheckOptions
        {
            OutputShapes = ["[3, 1, 8, 8]"],
            Rejects = [new Rejection("another length", "[batch, 2]", Tensor.Zeros(3, 3))],
        });

    private static CatalogEntry Image(
        string name, Func<Layer> make, int side, string output, string fits) => CatalogEntry.Layer(
        name, make, random => random.Normal(2, 1, side, side),
        new LayerCheckOptions
        {
            OutputShapes = [output],
            Rejects = [new Rejection("other channels", fits, Tensor.Zeros(2, 5, side, side)),
                new Rejection("no batch", fits, Tensor.Zeros(1, side, side))],
        });

    private static CatalogEntry Styled(string name, Func<Module<Tensor, Tensor, Tensor>> make, int channels) => CatalogEntry.Layer(
        name, make, static random => (random.Normal(2, 2, 3, 3), random.Normal(2, 3)),
        new LayerCheckOptions
        {
            OutputShapes = [$"[2, {channels}, 3, 3]"],
            Rejects =
            [
                new Rejection("other channels", "[batch, 2, height, width]", Tensor.Zeros(2, 3, 3, 3), null),
                new Rejection("another style", "[2, 3]", null, Tensor.Zeros(2, 4)),
                new Rejection("fewer styles", "[2, 3]", null, Tensor.Zeros(1, 3)),
            ],
        });
}
