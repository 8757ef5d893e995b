using DeepLearning.Layers;
using static DeepLearning.Tests.AutogradTests.Sweep.StructureRows;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>Convolutions over one and three axes, transposed, separable and locally connected ones, and windows as columns.</summary>
internal static class ConvolutionRows
{
    public static readonly SweepRow[] All =
    [
        Some("Conv1d", static x => x[0].Conv1d(x[1], x[2], 2, 1), [2, 2, 4], [2, 2, 3], [2]),
        Some("Conv1d:no batch", static x => x[0].Conv1d(x[1], dilation: 2, groups: 2), [2, 5], [4, 1, 2]),
        Some("Conv3d", static x => x[0].Conv3d(x[1], x[2], (1, 2, 1), (1, 0, 1)), [1, 2, 2, 3, 2], [2, 2, 2, 2, 3], [2]),
        Some("Conv3d:groups", static x => x[0].Conv3d(x[1], padding: Padding.Same, groups: 2), [2, 2, 2, 3], [2, 1, 2, 1, 2]),
        Some("ConvTranspose1d", static x => x[0].ConvTranspose1d(x[1], x[2], 3, 1, 1), [2, 2, 3], [2, 2, 4], [2]),
        Some("ConvTranspose1d:dilated", static x => x[0].ConvTranspose1d(x[1], null, 1, 0, 2, 1, 3), [1, 3], [1, 2, 2]),
        Some("ConvTranspose2d", static x => x[0].ConvTranspose2d(x[1], x[2], 2, 1), [1, 2, 2, 3], [2, 2, 4, 3], [2]),
        Some("ConvTranspose2d:groups", static x => x[0].ConvTranspose2d(x[1], x[2], (1, 2), 0, (0, 1), 2), [1, 4, 2, 2], [4, 1, 2, 2], [2]),
        Some("ConvTranspose2d:empty batch", static x => x[0].ConvTranspose2d(x[1], x[2]), [0, 2, 3, 3], [2, 1, 2, 2], [1]),
        Some("ConvTranspose3d", static x => x[0].ConvTranspose3d(x[1], x[2], (2, 1, 1), (1, 0, 1)), [1, 2, 2, 1, 2], [2, 1, 2, 2, 3], [1]),
        One("Im2Col", [1, 2, 3, 4], static x => x.Im2Col(2, padding: (0, 1), stride: (1, 2)), [2, 3, 2], [0, 1, 2, 2]),
        One("Im2Col:dilated", [2, 4, 3], static x => x.Im2Col((2, 1), 2)),
        One("Col2Im", [1, 8, 6], static x => x.Col2Im((3, 4), 2), [4, 6]),
        One("Col2Im:padded", [2, 6], static x => x.Col2Im((3, 3), (1, 2), padding: (1, 0), stride: (2, 1))),
        LayerRows.One(static () => new Conv1d(2, 2, 2, padding: 1), 1, 2, 3),
        LayerRows.One(static () => new Conv3d(1, 2, 2, groups: 1), 1, 1, 2, 3, 2),
        LayerRows.One(static () => new ConvTranspose1d(2, 1, 3, 2, 1, 1), 1, 2, 3),
        LayerRows.One(static () => new ConvTranspose2d(2, 2, 2, 2, groups: 2), 1, 2, 2, 2),
        LayerRows.One(static () => new ConvTranspose3d(1, 1, 2, dilation: 2), 1, 1, 2, 1, 2),
        LayerRows.One(static () => new SeparableConv1d(2, 2, 2, padding: 1), 1, 2, 3) with { Roundings = 16 },
        LayerRows.One(static () => new SeparableConv2d(2, 1, 2, depthMultiplier: 2), 1, 2, 3, 2) with { Roundings = 16 },
        LayerRows.One(static () => new LocallyConnected1d(2, 2, 4, 2, 2), 2, 2, 4),
        LayerRows.One(static () => new LocallyConnected2d(1, 2, (3, 2), 2, padding: (1, 0)), 1, 1, 3, 2),
        LayerRows.One(static () => new Unfold(2), 1, 2, 3, 2),
        LayerRows.One(static () => new Fold((3, 2), 2), 1, 4, 2),
    ];
}
