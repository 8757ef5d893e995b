namespace DeepLearning.Tests.Ops.Fused;

/// <summary>The normalizations beside batch and layer norm: groups of short and long runs, rows of every length, views, nothing.</summary>
internal static class NormalizationCases
{
    public static IEnumerable<FusedCase> All
    {
        get
        {
            yield return new("RmsNorm", static t => t[0].RmsNorm([5], t[1]), [3, 5], [5]);
            yield return new("RmsNorm of two axes", static t => t[0].RmsNorm([3, 4], eps: 1e-3), [2, 3, 4]);
            yield return new("RmsNorm of long rows", static t => t[0].RmsNorm([70], t[1], 1e-2), [9, 70], [70]);
            yield return new("RmsNorm of many rows", static t => t[0].RmsNorm([41], t[1], 1e-2), [900, 41], [41]);
            yield return new("RmsNorm of a view", static t => t[0].T.RmsNorm([6], t[1], 1e-3), [6, 3], [6]);
            yield return new("RmsNorm of nothing", static t => t[0].RmsNorm([4], t[1]), [0, 4], [4]);
            foreach (int[] shape in new int[][] { [3, 4], [2, 4, 3], [2, 4, 20], [1, 4, 4, 5], [3, 4, 0], [2, 8, 3, 6], [0, 4, 2] })
            {
                string name = $"of [{string.Join(", ", shape)}]";
                foreach (int groups in new[] { 1, 2, 4 })
                {
                    yield return new(
                        $"GroupNorm in {groups} {name}", t => t[0].GroupNorm(groups, t[1], t[2], 1e-2), shape, [shape[1]], [shape[1]]);
                }

                yield return new($"GroupNorm without operands {name}", static t => t[0].GroupNorm(2, eps: 1e-2), shape);
                yield return new($"GroupNorm with a weight {name}", static t => t[0].GroupNorm(2, t[1], eps: 1e-2), shape, [shape[1]]);
                yield return new($"GroupNorm with a bias {name}", static t => t[0].GroupNorm(2, null, t[1], 1e-2), shape, [shape[1]]);
                if (shape.Length > 2)
                {
                    yield return new(
                        $"InstanceNorm {name}", static t => t[0].InstanceNorm(null, null, t[1], t[2], eps: 1e-2), shape, [shape[1]],
                        [shape[1]]);
                }
            }

            yield return new("GroupNorm of a view", static t => t[0].Transpose(0, 1).GroupNorm(2, t[1], t[2], 1e-2), [4, 2, 5], [4], [4]);
        }
    }
}
