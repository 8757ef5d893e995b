using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>Images in another size, channels and pixels that change places, windows as columns and back, and distances.</summary>
internal static class ResamplingEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Sized(
            "Upsample", static () => new Upsample(scaleFactor: 2), static random => random.Normal(2, 2, 3), "[N, C, L]", "[N, C, 6]"),
        Sized(
            "Upsample, a factor for each axis", static () => new Upsample(scaleFactor: (1.5, 2)), Images, "[N, C, H, W]", "[N, C, 4, 8]"),
        Sized(
            "Upsample, exact neighbors", static () => new Upsample(size: (2, 5), mode: InterpolationMode.NearestExact), Images,
            "[N, C, H, W]", "[N, C, 2, 5]"),
        Sized(
            "Upsample, linear", static () => new Upsample(scaleFactor: 1.7, mode: InterpolationMode.Linear),
            static random => random.Normal(2, 2, 3), "[N, C, L]", "[N, C, 5]"),
        Sized(
            "Upsample, bilinear", static () => new Upsample(scaleFactor: (2, 1.5), mode: InterpolationMode.Bilinear), Images,
            "[N, C, H, W]", "[N, C, 6, 6]"),
        Sized(
            "Upsample, bicubic with aligned corners",
            static () => new Upsample(size: (5, 3), mode: InterpolationMode.Bicubic, alignCorners: true), Images,
            "[N, C, H, W]", "[N, C, 5, 3]"),
        Sized(
            "Upsample, trilinear",
            static () => new Upsample(scaleFactor: 1.5, mode: InterpolationMode.Trilinear, recomputeScaleFactor: true),
            static random => random.Normal(2, 1, 2, 2, 3), "[N, C, D, H, W]", "[N, C, 3, 3, 4]"),
        Sized(
            "Upsample, area", static () => new Upsample(size: 2, mode: InterpolationMode.Area), Images, "[N, C, H, W]", "[N, C, 2, 2]"),
        Sized(
            "UpsamplingBilinear2d", static () => new UpsamplingBilinear2d(scaleFactor: 2), Images, "[N, C, H, W]", "[N, C, 6, 8]"),
        Sized("UpsamplingBilinear2d, size", static () => new UpsamplingBilinear2d((4, 2)), Images, "[N, C, H, W]", "[N, C, 4, 2]"),
        Sized("UpsamplingNearest2d", static () => new UpsamplingNearest2d(scaleFactor: 2), Images, "[N, C, H, W]", "[N, C, 6, 8]"),
        Sized("UpsamplingNearest2d, size", static () => new UpsamplingNearest2d((2, 5)), Images, "[N, C, H, W]", "[N, C, 2, 5]"),
        Moved(
            "PixelShuffle", static () => new PixelShuffle(2), static random => random.Normal(2, 4, 2, 3), "[N, 4, H, W]",
            "[N, 1, 4, 6]", unbatched: true, Tensor.Zeros(2, 3, 2, 3), Tensor.Zeros(4, 4)),
        Moved(
            "PixelShuffle, three", static () => new PixelShuffle(3), static random => random.Normal(2, 9, 1, 2), "[N, 9, H, W]",
            "[N, 1, 3, 6]", unbatched: true, Tensor.Zeros(2, 8, 1, 2)),
        Moved(
            "PixelUnshuffle", static () => new PixelUnshuffle(2), static random => random.Normal(2, 2, 2, 4), "[N, C, H, W]",
            "[N, 8, 1, 2]", unbatched: true, Tensor.Zeros(2, 2, 2, 3), Tensor.Zeros(4, 4)),
        Moved(
            "ChannelShuffle", static () => new ChannelShuffle(2), static random => random.Normal(2, 4, 3), "[N, C, L]", "[N, C, L]",
            unbatched: false, Tensor.Zeros(2, 3, 3), Tensor.Zeros([])),
        Moved(
            "ChannelShuffle, three groups", static () => new ChannelShuffle(3), static random => random.Normal(2, 6, 1, 2),
            "[N, C, H, W]", "[N, C, H, W]", unbatched: false, Tensor.Zeros(2, 4, 1, 2)),
        Moved(
            "Unfold", static () => new Unfold(2), static random => random.Normal(2, 2, 3, 4), "[N, 2, H, W]", "[N, 8, 6]",
            unbatched: true, Tensor.Zeros(3, 4), Tensor.Zeros(1, 2, 2, 3, 4)),
        Moved(
            "Unfold, dilation, padding and stride", static () => new Unfold((1, 2), 2, 1, 2), static random => random.Normal(2, 2, 3, 4),
            "[N, 2, H, W]", "[N, 4, 6]", unbatched: true, Tensor.Zeros(3, 4)),
        Moved(
            "Fold", static () => new Fold((3, 4), 2), static random => random.Normal(2, 8, 6), "[N, 8, L]", "[N, 2, 3, 4]",
            unbatched: true, Tensor.Zeros(2, 7, 6), Tensor.Zeros(2, 8, 5)),
        Moved(
            "Fold, dilation, padding and stride", static () => new Fold((3, 4), (1, 2), 2, 1, 2), static random => random.Normal(2, 4, 6),
            "[N, 4, L]", "[N, 2, 3, 4]", unbatched: true, Tensor.Zeros(2, 3, 6)),
        Compared("CosineSimilarity", static () => new CosineSimilarity(), [2, 4], "[2]", unbatched: false),
        Compared("CosineSimilarity, last axis", static () => new CosineSimilarity(-1, 1e-3), [2, 2, 3], "[2, 2]", unbatched: true),
        Compared("PairwiseDistance", static () => new PairwiseDistance(), [2, 4], "[2]", unbatched: true),
        Compared("PairwiseDistance, sums", static () => new PairwiseDistance(1, keepDim: true), [2, 4], "[2, 1]", unbatched: true),
        Compared("PairwiseDistance, third power", static () => new PairwiseDistance(3, 1e-3), [2, 2, 3], "[2, 2]", unbatched: true),
    ];

    private static Tensor Images(RandomInputs random) => random.Normal(2, 2, 3, 4);

    /// <summary>An image without the batch axis would be a sequence.</summary>
    private static CatalogEntry Sized(
        string name, Func<Layer> make, Func<RandomInputs, Tensor> input, string shape, string output) =>
        CatalogEntry.Layer(name, make, input, new LayerCheckOptions
        {
            InputShapes = [shape],
            OutputShapes = [output],
            Rejects =
            [
                new Rejection("too few axes", "[", Tensor.Zeros(4, 4)),
                new Rejection("too many axes", "[", Tensor.Zeros(1, 1, 1, 2, 2, 2)),
            ],
        });

    private static CatalogEntry Moved(
        string name, Func<Layer> make, Func<RandomInputs, Tensor> input, string shape, string output, bool unbatched,
        params Tensor[] refused) =>
        CatalogEntry.Layer(name, make, input, new LayerCheckOptions
        {
            InputShapes = [shape],
            OutputShapes = [output],
            Unbatched = unbatched,
            Rejects = [.. refused.Select(static x => new Rejection("a shape that does not fit", "[", x))],
        });

    private static CatalogEntry Compared(
        string name, Func<Module<Tensor, Tensor, Tensor>> make, int[] input, string output, bool unbatched) =>
        CatalogEntry.Layer(
            name, make, random => (random.Uniform(0.5, 1, input), random.Uniform(-1, -0.5, input)),
            new LayerCheckOptions
            {
                OutputShapes = [output],
                Unbatched = unbatched,
                Rejects = [new Rejection("lengths that differ", "[2, 9]", null, Tensor.Zeros(2, 9))],
            });
}
