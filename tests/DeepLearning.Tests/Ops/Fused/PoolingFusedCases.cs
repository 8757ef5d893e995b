namespace DeepLearning.Tests.Ops.Fused;

/// <summary>Poolings over one and three axes, which share the kernels of two.</summary>
internal static class PoolingFusedCases
{
    public static IEnumerable<FusedCase> All
    {
        get
        {
            foreach ((int[] x, PerAxis size, PerAxis step, PerAxis around, bool ceil) in new (int[], PerAxis, PerAxis, PerAxis, bool)[]
            {
                ([2, 2, 4, 5, 6], 2, 2, 0, false), ([1, 2, 3, 4, 20], 2, 2, 0, true), ([2, 5, 4, 21], 3, 1, 1, false),
                ([1, 1, 5, 6, 7], (3, 2, 3), (2, 3, 1), (1, 0, 1), true), ([1, 2, 1, 4, 4], (1, 2, 2), 2, 0, false),
                ([1, 2, 4, 1, 1], (2, 1, 1), 1, 0, false), ([0, 2, 4, 4, 4], 2, 2, 0, false),
            })
            {
                string name = $"of [{string.Join(", ", x)}] in {size} every {step}";
                yield return new($"MaxPool3d {name}", t => t[0].MaxPool3d(size, step, around, 1, ceil), x);
                yield return new($"AvgPool3d {name}", t => t[0].AvgPool3d(size, step, around, ceil), x);
                yield return new($"AvgPool3d without the padding {name}", t => t[0].AvgPool3d(size, step, around, ceil, false), x);
                yield return new($"AvgPool3d with a divisor {name}", t => t[0].AvgPool3d(size, step, around, ceil, divisorOverride: 3), x);
            }

            yield return new("MaxPool3d with dilation", static t => t[0].MaxPool3d(2, 1, 1, (2, 1, 3)), [1, 2, 5, 4, 9]);
            yield return new("MaxPool3d with NaN and equals", static t => Uneven(t[0]).MaxPool3d(2, 1), [2, 1, 4, 5, 20]);
            yield return new(
                "Positions of MaxPool3d",
                static t => (t[0] * 0) + Uneven(t[0]).Detach().MaxPool3dWithIndices((2, 3, 2), 1, (1, 0, 1)).Indices.Sum().To(t[0].DType),
                [2, 4, 5, 9]);
            yield return new("AdaptiveAvgPool3d", static t => t[0].AdaptiveAvgPool3d(3, 2, null), [2, 2, 4, 5, 3]);
            yield return new("AdaptiveAvgPool3d of everything", static t => t[0].AdaptiveAvgPool3d(1), [2, 2, 3, 4, 5]);
            yield return new("AdaptiveMaxPool3d", static t => t[0].AdaptiveMaxPool3d(2, null, 3), [2, 3, 4, 5]);
            yield return new("AdaptiveMaxPool3d to nothing", static t => t[0].AdaptiveMaxPool3d(2, 0, 3), [2, 3, 4, 5]);
            yield return new("MaxPool1d", static t => t[0].MaxPool1d(3, 2, 1, ceilMode: true), [2, 3, 40]);
            yield return new("MaxPool1d with NaN and equals", static t => Uneven(t[0]).MaxPool1d(2, 1), [2, 3, 30]);
            yield return new("GlobalAvgPool", static t => t[0].GlobalAvgPool(), [2, 3, 4, 5]);
            yield return new("GlobalMaxPool", static t => t[0].GlobalMaxPool(), [2, 3, 2, 2, 3]);
        }
    }

    private static Tensor Uneven(Tensor x)
    {
        Tensor rounded = (x * 2).Round(), late = x.Detach().Less(-0.8);
        return rounded.MaskedFill(late, double.NaN) + (x * 0);
    }
}
