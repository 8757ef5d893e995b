namespace DeepLearning.Tests.Infrastructure;

/// <summary>Compares results of an element type with those in float64, as precisely as the type allows.</summary>
internal static class Precision
{
    /// <summary>What rounding to nearest changes a number by, at most, as a share of it.</summary>
    public static double UnitOf(DType dtype) => dtype switch
    {
        DType.Float64 => Math.ScaleB(1, -53),
        DType.Float32 => Math.ScaleB(1, -24),
        DType.Float16 => Math.ScaleB(1, -11),
        DType.BFloat16 => Math.ScaleB(1, -8),
        _ => 0,
    };

    /// <summary>
    /// What differs: each result is at most <paramref name="roundings"/> roundings of its type away (or of the type that it was computed
    /// from), beside the noise of float32, in which 16-bit types are computed: a share of the greatest number, or of
    /// <paramref name="floor"/>. Null when nothing does.
    /// </summary>
    public static string? Difference(Tensor result, Tensor wanted, double roundings, DType from, double noise = 1e-5, double floor = 0)
    {
        if (result.Shape != wanted.Shape)
        {
            return $"the shape is {result.Shape}, not {wanted.Shape}";
        }

        double[] own = result.ToArray<double>(), right = wanted.ToArray<double>();
        double[] stored = Tensor.From(right).To(result.DType).ToArray<double>();
        double most = right.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        double unit = Math.Max(UnitOf(result.DType), UnitOf(from)), least = result.DType == DType.Float16 ? Math.ScaleB(1, -24) : 1e-38;
        for (int i = 0; i < own.Length; i++)
        {
            // What several operations round in turn may cancel: it counts beside the greatest number.
            double size = roundings > 2 ? most : Math.Abs(right[i]);
            bool isSame = result.DType.IsFloatingPoint()
                ? own[i].Equals(stored[i]) || own[i] == stored[i]
                    || Math.Abs(own[i] - right[i]) <= (roundings * unit * size) + (noise * Math.Max(most, floor)) + least
                : own[i] == stored[i];
            if (!isSame)
            {
                return $"element {i} is {own[i]:R}, not {right[i]:R}";
            }
        }

        return null;
    }
}
