using DeepLearning.Layers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>Resizing, shuffling, sampling, padding and similarities, as operations and as layers.</summary>
internal static class ResamplingRows
{
    // Between the pixels and away from the edges, where the places have a derivative.
    private static readonly double[] s_places =
        [-0.8, -0.7, 0.3, -0.1, 0.55, 0.85, -0.35, 0.2, 1.3, 0.4, -1.45, 1.2];

    public static readonly SweepRow[] All =
    [
        One("Interpolate", [1, 2, 3, 2], static x => x.Interpolate(scaleFactor: 2), [0, 1, 2, 2], [1, 2, 3]),
        One("Interpolate:exact", [1, 1, 2, 2, 3], static x => x.Interpolate((3, 1, 5), mode: InterpolationMode.NearestExact)),
        One("Interpolate:linear", [1, 2, 4], static x => x.Interpolate(7, mode: InterpolationMode.Linear, alignCorners: true)),
        One("Interpolate:bilinear", [1, 2, 3, 4], static x => x.Interpolate((5, 2), mode: InterpolationMode.Bilinear)),
        One("Interpolate:bicubic", [1, 1, 3, 4], static x => x.Interpolate(scaleFactor: (2, 1.5), mode: InterpolationMode.Bicubic)),
        One("Interpolate:antialiased", [1, 1, 6, 5],
            static x => x.Interpolate((2, 3), mode: InterpolationMode.Bicubic, antialias: true)),
        One("Interpolate:trilinear", [1, 1, 3, 2, 2], static x => x.Interpolate((2, 4, 3), mode: InterpolationMode.Trilinear)),
        One("Interpolate:area", [1, 2, 5], static x => x.Interpolate(3, mode: InterpolationMode.Area)),
        One("PixelShuffle", [1, 4, 2, 3], static x => x.PixelShuffle(2), [8, 1, 2]),
        One("PixelUnshuffle", [1, 2, 4, 2], static x => x.PixelUnshuffle(2), [2, 2, 2]),
        One("ChannelShuffle", [2, 4, 3], static x => x.ChannelShuffle(2), [0, 4, 1]),
        One("GridSample", [2, 1, 3, 3], static x => x.GridSample(Grid(x, 2, 1, 3, 2))) with { Roundings = 4 },
        One("GridSample:nearest", [1, 2, 3, 2],
            static x => x.GridSample(Grid(x, 1, 2, 3, 2), InterpolationMode.Nearest, GridPadding.Border)),
        One("GridSample:bicubic", [1, 1, 3, 4],
            static x => x.GridSample(Grid(x, 1, 2, 3, 2), InterpolationMode.Bicubic, GridPadding.Reflection, true)) with { Roundings = 4 },
        One("GridSample:volume", [1, 1, 2, 3, 2], static x => x.GridSample(Grid(x, 1, 1, 2, 2, 3), padding: GridPadding.Reflection))
            with { Roundings = 4 },
        Places("GridSample:places", InterpolationMode.Bilinear, GridPadding.Zeros, false),
        Places("GridSample:places mirrored", InterpolationMode.Bilinear, GridPadding.Reflection, true),
        Places("GridSample:places on curves", InterpolationMode.Bicubic, GridPadding.Border, false),
        One("AffineGrid", [2, 2, 3], static x => x.AffineGrid([2, 1, 2, 3])),
        One("AffineGrid:volume", [1, 3, 4], static x => x.AffineGrid([1, 1, 2, 1, 2], alignCorners: true)),
        Two("CosineSimilarity", [2, 3], [2, 3], static (a, b) => a.CosineSimilarity(b)),
        Two("CosineSimilarity:broadcast", [2, 3, 2], [3, 1], static (a, b) => a.CosineSimilarity(b, -2)),
        Two("PairwiseDistance", [2, 3], [3], static (a, b) => a.PairwiseDistance(b)),
        Two("PairwiseDistance:odd", [2, 3], [2, 3], static (a, b) => a.PairwiseDistance(b, 3.5, keepDim: true)),
        Layer(static () => new ChannelShuffle(2), 1, 4, 2),
        Layer(static () => new PixelShuffle(2), 1, 4, 1, 2),
        Layer(static () => new PixelUnshuffle(2), 1, 1, 2, 4),
        Layer(static () => new Upsample(scaleFactor: 2, mode: InterpolationMode.Bilinear), 1, 1, 2, 3),
        Layer(static () => new UpsamplingBilinear2d(scaleFactor: 2), 1, 1, 2, 3),
        Layer(static () => new UpsamplingNearest2d((3, 5)), 1, 1, 2, 3),
        Layer(static () => new CircularPad1d(1, 2), 1, 2, 3),
        Layer(static () => new CircularPad2d(1), 1, 2, 2, 3),
        Layer(static () => new CircularPad3d(1), 1, 1, 2, 2, 2),
        Layer(static () => new ConstantPad1d([1, -1], 2.5), 1, 2, 3),
        Layer(static () => new ConstantPad2d(1, 2.5), 2, 3),
        Layer(static () => new ConstantPad3d(1, 2.5), 1, 2, 2, 2),
        Layer(static () => new ReflectionPad1d(2, 1), 2, 3),
        Layer(static () => new ReflectionPad2d(1), 1, 1, 2, 3),
        Layer(static () => new ReflectionPad3d(1), 1, 2, 2, 2),
        Layer(static () => new ReplicationPad1d(2, 1), 2, 3),
        Layer(static () => new ReplicationPad2d(1), 1, 1, 2, 3),
        Layer(static () => new ReplicationPad3d(1), 1, 2, 2, 2),
        Layer(static () => new ZeroPad1d(2, 1), 2, 3),
        Layer(static () => new ZeroPad2d(1), 1, 1, 2, 3),
        Layer(static () => new ZeroPad3d(1), 1, 2, 2, 2),
        Two("Layers.CosineSimilarity", [2, 3], [2, 3], static (a, b) => new CosineSimilarity().Forward(a, b)),
        Two("Layers.PairwiseDistance", [2, 3], [2, 3], static (a, b) => new PairwiseDistance().Forward(a, b)),
    ];

    private static Tensor Grid(Tensor x, params int[] shape) =>
        Tensor.From(s_places.AsSpan(0, shape.Aggregate(1, static (a, b) => a * b)), shape).Here().To(x.DType);

    // The drawn numbers move the places only a little.
    private static SweepRow Places(string name, InterpolationMode mode, GridPadding padding, bool alignCorners) =>
        Two(name, [1, 1, 3, 4], [1, 2, 3, 2], (x, grid) => x.GridSample(Grid(x, 1, 2, 3, 2) + (grid * 0.01), mode, padding, alignCorners))
            with
        { Roundings = 16 };

    private static SweepRow One(string name, int[] shape, Func<Tensor, Tensor> function, params int[][] more) =>
        new(name, x => function(x[0]), new SweepInput(Draw.Real, shape)) { MoreShapes = [.. more.Select(static s => new[] { s })] };

    private static SweepRow Two(string name, int[] left, int[] right, Func<Tensor, Tensor, Tensor> function) =>
        new(name, x => function(x[0], x[1]), new SweepInput(Draw.Real, left), new SweepInput(Draw.Real, right));

    private static SweepRow Layer<TModule>(Func<TModule> make, params int[] shape)
        where TModule : Module<Tensor, Tensor> =>
        new("Layers." + typeof(TModule).Name, x => make().Forward(x[0]), new SweepInput(Draw.Real, shape));
}
