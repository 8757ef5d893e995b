using DeepLearning.Layers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>Poolings over one to three axes, as operations and as layers.</summary>
internal static class PoolingRows
{
    public static readonly SweepRow[] All =
    [
        One("AvgPool1d", [1, 2, 5], static x => x.AvgPool1d(2, 1, 1), [0, 1, 3], [2, 4]),
        One("AvgPool3d", [1, 2, 3, 2, 3], static x => x.AvgPool3d(2, 1), [1, 2, 2, 3]),
        One("AvgPool3d:padded", [1, 1, 3, 3, 2], static x => x.AvgPool3d((3, 2, 2), 2, 1, ceilMode: true, countIncludePad: false)),
        One("AdaptiveAvgPool1d", [1, 2, 5], static x => x.AdaptiveAvgPool1d(3), [2, 4]),
        One("AdaptiveAvgPool3d", [1, 1, 3, 2, 4], static x => x.AdaptiveAvgPool3d(2, null, 3)),
        One("MaxPool1d", [1, 2, 6], static x => x.MaxPool1d(3, 2, 1), [0, 1, 4], [1, 5]),
        One("MaxPool1dWithIndices", [1, 2, 6], static x => x.MaxPool1dWithIndices(2, 1, 0, 2).Values),
        One("MaxPool3d", [1, 2, 3, 3, 2], static x => x.MaxPool3d(2, 1, 1), [1, 2, 3, 2]),
        One("MaxPool3dWithIndices", [1, 1, 4, 3, 3], static x => x.MaxPool3dWithIndices(2, 1, 0, (2, 1, 1)).Values),
        One("AdaptiveMaxPool1d", [1, 2, 5], static x => x.AdaptiveMaxPool1d(2)),
        One("AdaptiveMaxPool1dWithIndices", [1, 2, 5], static x => x.AdaptiveMaxPool1dWithIndices(3).Values),
        One("AdaptiveMaxPool2dWithIndices", [1, 2, 3, 4], static x => x.AdaptiveMaxPool2dWithIndices(2, null).Values),
        One("AdaptiveMaxPool3d", [1, 1, 3, 2, 4], static x => x.AdaptiveMaxPool3d(2)),
        One("AdaptiveMaxPool3dWithIndices", [1, 1, 3, 2, 4], static x => x.AdaptiveMaxPool3dWithIndices(2, 1, null).Values),
        One("LpPool1d", [1, 2, 6], static x => x.Abs().LpPool1d(3, 2)),
        One("LpPool2d", [1, 2, 4, 5], static x => x.LpPool2d(2, 2, 1), [1, 3, 3]),
        One("LpPool3d", [1, 1, 3, 2, 3], static x => x.LpPool3d(2, 2, 1)),
        One("GlobalAvgPool", [2, 2, 3, 2], static x => x.GlobalAvgPool(), [0, 2, 3]),
        One("GlobalMaxPool", [2, 2, 3, 2], static x => x.GlobalMaxPool(keepDim: true), [1, 2, 3]),
        One("FractionalMaxPool2d", [2, 2, 5, 6], static x => x.FractionalMaxPool2d(2, (3, 4), generator: new Generator(3)), [2, 5, 6]),
        One("FractionalMaxPool2dWithIndices", [1, 2, 5, 6],
            static x => x.FractionalMaxPool2dWithIndices(2, outputRatio: 0.6, generator: new Generator(3)).Values),
        One("FractionalMaxPool3d", [1, 1, 4, 3, 4], static x => x.FractionalMaxPool3d(2, 2, generator: new Generator(3))),
        One("FractionalMaxPool3dWithIndices", [1, 1, 4, 3, 4],
            static x => x.FractionalMaxPool3dWithIndices((2, 1, 2), (2, 3, 2), generator: new Generator(3)).Values),
        One("MaxUnpool1d", [1, 2, 3], static x => x.MaxUnpool1d(Places([1, 2, 3], 0, 3, 5, 1, 2, 4), 2)),
        One("MaxUnpool2d", [1, 1, 2, 2], static x => x.MaxUnpool2d(Places([1, 1, 2, 2], 0, 3, 9, 14), 2, outputSize: [4, 5])),
        One("MaxUnpool3d", [1, 1, 1, 2, 2], static x => x.MaxUnpool3d(Places([1, 1, 1, 2, 2], 0, 3, 9, 30), 2)),
        Layer(static () => new AdaptiveAvgPool1d(2), 1, 2, 5),
        Layer(static () => new AdaptiveAvgPool3d(2), 1, 1, 3, 2, 3),
        Layer(static () => new AdaptiveMaxPool1d(2), 1, 2, 5),
        Layer(static () => new AdaptiveMaxPool2d(2), 1, 2, 3, 3),
        Layer(static () => new AdaptiveMaxPool3d(1, 2, null), 1, 1, 3, 2, 3),
        Layer(static () => new AvgPool1d(2), 1, 2, 5),
        Layer(static () => new AvgPool3d(2, 1), 1, 1, 3, 2, 3),
        Layer(static () => new FractionalMaxPool2d(2, 3, generator: new Generator(3)), 1, 2, 5, 6),
        Layer(static () => new FractionalMaxPool3d(2, outputRatio: 0.5, generator: new Generator(3)), 1, 1, 4, 4, 4),
        Layer(static () => new GlobalAvgPool(), 2, 2, 3),
        Layer(static () => new GlobalMaxPool(), 2, 2, 3),
        Layer(static () => new LPPool1d(2, 3, 1), 1, 2, 5),
        Layer(static () => new LPPool2d(2, 2), 1, 2, 4, 4),
        Layer(static () => new LPPool3d(2, 2, 1), 1, 1, 3, 2, 3),
        Layer(static () => new MaxPool1d(2), 1, 2, 5),
        Layer(static () => new MaxPool3d(2, 1), 1, 1, 3, 2, 3),
        Unpool(static () => new MaxUnpool1d(2), [1, 1, 3], 0, 3, 5),
        Unpool(static () => new MaxUnpool2d(2), [1, 1, 2, 2], 0, 3, 9, 14),
        Unpool(static () => new MaxUnpool3d(2), [1, 1, 1, 2, 2], 0, 3, 9, 30),
    ];

    private static Tensor Places(int[] shape, params long[] places) => Tensor.From(places, shape).Here();

    private static SweepRow One(string name, int[] shape, Func<Tensor, Tensor> function, params int[][] more) =>
        new(name, x => function(x[0]), new SweepInput(Draw.Real, shape)) { MoreShapes = [.. more.Select(static s => new[] { s })] };

    private static SweepRow Layer<TModule>(Func<TModule> make, params int[] shape)
        where TModule : Module<Tensor, Tensor> =>
        new("Layers." + typeof(TModule).Name, x => make().Forward(x[0]), new SweepInput(Draw.Real, shape));

    private static SweepRow Unpool<TModule>(Func<TModule> make, int[] shape, params long[] places)
        where TModule : MaxUnpool =>
        new("Layers." + typeof(TModule).Name, x => make().Forward(x[0], Places(shape, places)), new SweepInput(Draw.Real, shape));
}
