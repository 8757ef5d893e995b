using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>Padding of every kind.</summary>
internal static class PaddingEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Over1("CircularPad1d", static () => new CircularPad1d(2), "[N, C, 7]"),
        Over1("CircularPad1d, sides", static () => new CircularPad1d(0, 3), "[N, C, 6]"),
        Over2("CircularPad2d", static () => new CircularPad2d(1), "[N, C, 5, 6]"),
        Over2("CircularPad2d, sides", static () => new CircularPad2d(1, 2, 0, 3), "[N, C, 6, 7]"),
        Over3("CircularPad3d", static () => new CircularPad3d(1), "[N, C, 4, 4, 5]"),
        Over3("CircularPad3d, sides", static () => new CircularPad3d(1, 0, 2, 1, 0, 2), "[N, C, 4, 5, 4]"),
        Over1("ConstantPad1d", static () => new ConstantPad1d(2, 1.5), "[N, C, 7]", fixedRank: false),
        Over1("ConstantPad1d, sides and cropping", static () => new ConstantPad1d([-1, 2], -1), "[N, C, 4]", fixedRank: false),
        Over2("ConstantPad2d", static () => new ConstantPad2d(1, 1.5), "[N, C, 5, 6]", fixedRank: false),
        Over2("ConstantPad2d, sides and cropping", static () => new ConstantPad2d([1, -2, 0, 3], 2), "[N, C, 6, 3]", fixedRank: false),
        Over3("ConstantPad3d", static () => new ConstantPad3d(1, -0.5), "[N, C, 4, 4, 5]", fixedRank: false),
        Over3("ConstantPad3d, sides", static () => new ConstantPad3d([1, 0, 2, 1, 0, 3], 1), "[N, C, 5, 5, 4]", fixedRank: false),
        Over1("ReflectionPad1d", static () => new ReflectionPad1d(2), "[N, C, 7]"),
        Over1("ReflectionPad1d, sides", static () => new ReflectionPad1d(0, 1), "[N, C, 4]"),
        Over2("ReflectionPad2d", static () => new ReflectionPad2d(1), "[N, C, 5, 6]"),
        Over2("ReflectionPad2d, sides", static () => new ReflectionPad2d(3, 0, 1, 2), "[N, C, 6, 7]"),
        Over3("ReflectionPad3d", static () => new ReflectionPad3d(1), "[N, C, 4, 4, 5]"),
        Over3("ReflectionPad3d, sides", static () => new ReflectionPad3d(2, 0, 1, 0, 0, 1), "[N, C, 3, 3, 5]"),
        Over1("ReplicationPad1d", static () => new ReplicationPad1d(4), "[N, C, 11]"),
        Over1("ReplicationPad1d, sides", static () => new ReplicationPad1d(0, 1), "[N, C, 4]"),
        Over2("ReplicationPad2d", static () => new ReplicationPad2d(1), "[N, C, 5, 6]"),
        Over2("ReplicationPad2d, sides", static () => new ReplicationPad2d(5, 0, 1, 2), "[N, C, 6, 9]"),
        Over3("ReplicationPad3d", static () => new ReplicationPad3d(1), "[N, C, 4, 4, 5]"),
        Over3("ReplicationPad3d, sides", static () => new ReplicationPad3d(2, 0, 1, 0, 0, 3), "[N, C, 5, 3, 5]"),
        Over1("ZeroPad1d", static () => new ZeroPad1d(2), "[N, C, 7]", fixedRank: false),
        Over1("ZeroPad1d, sides and cropping", static () => new ZeroPad1d(3, -1), "[N, C, 5]", fixedRank: false),
        Over2("ZeroPad2d", static () => new ZeroPad2d(1), "[N, C, 5, 6]", fixedRank: false),
        Over2("ZeroPad2d, sides", static () => new ZeroPad2d(1, 0, 0, 2), "[N, C, 5, 5]", fixedRank: false),
        Over3("ZeroPad3d", static () => new ZeroPad3d(1), "[N, C, 4, 4, 5]", fixedRank: false),
        Over3("ZeroPad3d, sides", static () => new ZeroPad3d(1, 0, 0, 0, 0, 2), "[N, C, 4, 2, 4]", fixedRank: false),
    ];

    private static CatalogEntry Over1(string name, Func<Layer> make, string output, bool fixedRank = true) =>
        Pad(name, make, [2, 2, 3], "[N, C, L]", output, fixedRank);

    private static CatalogEntry Over2(string name, Func<Layer> make, string output, bool fixedRank = true) =>
        Pad(name, make, [2, 2, 3, 4], "[N, C, H, W]", output, fixedRank);

    private static CatalogEntry Over3(string name, Func<Layer> make, string output, bool fixedRank = true) =>
        Pad(name, make, [2, 2, 2, 2, 3], "[N, C, D, H, W]", output, fixedRank);

    private static CatalogEntry Pad(string name, Func<Layer> make, int[] input, string shape, string output, bool fixedRank) =>
        CatalogEntry.Layer(name, make, random => random.Normal(input), new LayerCheckOptions
        {
            InputShapes = [shape],
            OutputShapes = [output],
            Unbatched = true,
            Rejects =
            [
                new Rejection("too few axes", "[", Tensor.Zeros(input.AsSpan(3))),
                .. fixedRank ? [new Rejection("too many axes", "[", Tensor.Zeros([1, .. input]))] : Array.Empty<Rejection>(),
            ],
        });
}
