namespace DeepLearning.Tests.Ops.Fused;

/// <summary>Resizing, whose kernel goes along both axes, against products with the matrices of the weights.</summary>
internal static class ResamplingFusedCases
{
    public static IEnumerable<FusedCase> All
    {
        get
        {
            foreach ((int[] x, PerAxis size, InterpolationMode mode) in new (int[], PerAxis, InterpolationMode)[]
            {
                ([2, 2, 5, 6], (10, 12), InterpolationMode.Bilinear), ([1, 2, 9, 20], (4, 7), InterpolationMode.Bilinear),
                ([1, 1, 3, 37], (8, 5), InterpolationMode.Bicubic), ([1, 1, 20, 3], (3, 40), InterpolationMode.Bicubic),
                ([2, 1, 5, 4], (2, 3), InterpolationMode.Nearest), ([2, 1, 2, 3], (5, 9), InterpolationMode.NearestExact),
                ([1, 2, 4, 6], (4, 9), InterpolationMode.Bilinear), ([1, 2, 4, 6], (9, 6), InterpolationMode.Bilinear),
                ([0, 2, 4, 6], (9, 6), InterpolationMode.Bilinear), ([2, 3, 9], 20, InterpolationMode.Linear),
                ([2, 3, 20], 7, InterpolationMode.Nearest), ([1, 2, 3, 4, 5], (6, 2, 9), InterpolationMode.Trilinear),
                ([1, 2, 5, 4, 3], (2, 6, 3), InterpolationMode.Trilinear), ([1, 1, 6, 2, 2], (2, 3, 3), InterpolationMode.Nearest),
                ([1, 1, 2, 3], (200, 150), InterpolationMode.Bilinear),
            })
            {
                yield return new($"Interpolate [{string.Join(", ", x)}] to {size}, {mode}", t => t[0].Interpolate(size, mode: mode), x);
            }

            yield return new(
                "Interpolate with antialias", static t => t[0].Interpolate((3, 20), mode: InterpolationMode.Bicubic, antialias: true),
                [1, 2, 17, 9]);
            yield return new(
                "Interpolate a view", static t => t[0].Transpose(2, 3).Interpolate((9, 4), mode: InterpolationMode.Bilinear), [1, 2, 5, 6]);
        }
    }
}
