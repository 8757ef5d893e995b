namespace DeepLearning.Tests.Ops.Fused;

/// <summary>Convolutions over one and three axes, transposed ones, and windows as columns.</summary>
internal static class ConvolutionCases
{
    public static IEnumerable<FusedCase> All => [.. Convolutions(), .. Transposed(), .. Columns()];

    private static IEnumerable<FusedCase> Convolutions()
    {
        yield return new("Conv1d", static t => t[0].Conv1d(t[1], t[2], 2, 1, 2, 2), [2, 4, 9], [6, 2, 3], [6]);
        yield return new("Conv1d without channels", static t => t[0].Conv1d(t[1], t[2]), [2, 0, 5], [3, 0, 2], [3]);
        yield return new(
            "Conv1d with even kernels and same padding", static t => t[0].Conv1d(t[1], padding: Padding.Same), [3, 5], [2, 3, 4]);
        yield return new("Conv3d", static t => t[0].Conv3d(t[1], t[2], padding: 1), [2, 3, 3, 4, 5], [4, 3, 3, 2, 3], [4]);
        yield return new(
            "Conv3d with everything", static t => t[0].Conv3d(t[1], t[2], (2, 1, 2), (1, 0, 2), (1, 2, 1), 2),
            [2, 4, 5, 6, 4], [6, 2, 2, 3, 2], [6]);
        yield return new("Conv3d depthwise", static t => t[0].Conv3d(t[1], t[2], 2, 1, groups: 3), [3, 4, 3, 5], [3, 1, 3, 3, 3], [3]);
        yield return new("Conv3d of one tap", static t => t[0].Conv3d(t[1], t[2]), [2, 3, 2, 3, 2], [2, 3, 1, 1, 1], [2]);
        yield return new(
            "Conv3d of views", static t => t[0].Transpose(2, 4).Conv3d(t[1].Transpose(0, 1)), [1, 2, 3, 4, 5], [2, 3, 2, 2, 2]);
        yield return new("Conv3d of no volumes", static t => t[0].Conv3d(t[1], t[2]), [0, 2, 3, 3, 3], [3, 2, 2, 2, 2], [3]);
    }

    private static IEnumerable<FusedCase> Transposed()
    {
        yield return new("ConvTranspose1d", static t => t[0].ConvTranspose1d(t[1], t[2], 3, 1, 2), [2, 4, 5], [4, 3, 4], [3]);
        yield return new(
            "ConvTranspose1d with an output padding above the stride", static t => t[0].ConvTranspose1d(t[1], t[2], 2, 0, 3, 1, 4),
            [2, 2, 4], [2, 3, 3], [3]);
        yield return new("ConvTranspose2d", static t => t[0].ConvTranspose2d(t[1], t[2], 2, 1), [2, 3, 4, 5], [3, 4, 4, 4], [4]);
        yield return new("ConvTranspose2d without a stride", static t => t[0].ConvTranspose2d(t[1], t[2]), [2, 3, 4, 5], [3, 4, 3, 2], [4]);
        yield return new(
            "ConvTranspose2d with everything", static t => t[0].ConvTranspose2d(t[1], t[2], (2, 3), (1, 0), (1, 2), 2, (1, 2)),
            [4, 3, 4], [4, 3, 2, 3], [6]);
        yield return new(
            "ConvTranspose2d depthwise", static t => t[0].ConvTranspose2d(t[1], t[2], 2, 1, 1, 3), [2, 3, 4, 3], [3, 1, 3, 3], [3]);
        yield return new("ConvTranspose2d of one tap", static t => t[0].ConvTranspose2d(t[1], t[2]), [2, 3, 4, 3], [3, 2, 1, 1], [2]);
        yield return new("ConvTranspose2d to one channel", static t => t[0].ConvTranspose2d(t[1], null, 2, 1), [2, 6, 5, 4], [6, 1, 4, 4]);
        yield return new(
            "ConvTranspose2d of views", static t => t[0].Transpose(2, 3).ConvTranspose2d(t[1].Transpose(0, 1), t[2][..3], 2),
            [1, 2, 5, 4], [3, 2, 3, 2], [5]);
        yield return new("ConvTranspose2d of no images", static t => t[0].ConvTranspose2d(t[1], t[2], 2), [0, 2, 4, 4], [2, 3, 2, 2], [3]);
        yield return new("ConvTranspose2d of no channels", static t => t[0].ConvTranspose2d(t[1], t[2]), [2, 0, 4, 4], [0, 3, 2, 2], [3]);
        yield return new(
            "ConvTranspose3d", static t => t[0].ConvTranspose3d(t[1], t[2], (2, 1, 2), 1, (1, 0, 0), 2),
            [1, 4, 3, 3, 2], [4, 3, 3, 2, 3], [6]);
    }

    private static IEnumerable<FusedCase> Columns()
    {
        yield return new("Im2Col", static t => t[0].Im2Col(3), [2, 2, 4, 5]);
        yield return new("Im2Col with everything", static t => t[0].Im2Col((2, 3), (1, 2), (3, 1), (2, 3)), [3, 5, 6]);
        yield return new("Im2Col of a view", static t => t[0].Transpose(2, 3).Im2Col(2), [1, 2, 4, 3]);
        yield return new("Im2Col of no images", static t => t[0].Im2Col(2), [0, 2, 4, 3]);
        yield return new("Col2Im", static t => t[0].Col2Im((4, 5), 3), [2, 18, 6]);
        yield return new("Col2Im with everything", static t => t[0].Col2Im((5, 6), (2, 3), (1, 2), (3, 1), (2, 3)), [12, 10]);
        yield return new("Col2Im of a view", static t => t[0].T.Col2Im((3, 3), 2, stride: 1), [4, 8]);
    }
}
