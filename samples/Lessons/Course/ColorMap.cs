namespace DeepLearning.Samples.Lessons;

/// <summary>Numbers as colors.</summary>
internal static class ColorMap
{
    // From dark blue over green to light yellow: grows steadily lighter, so that it also reads in gray.
    private static readonly double[,] _sequential =
    {
        { 0.10, 0.09, 0.29 }, { 0.17, 0.28, 0.50 }, { 0.13, 0.47, 0.55 }, { 0.25, 0.65, 0.45 }, { 0.66, 0.80, 0.28 }, { 0.99, 0.95, 0.60 },
    };

    // Blue over white to orange, which any color vision tells apart.
    private static readonly double[,] _diverging =
    {
        { 0.18, 0.44, 0.70 }, { 0.65, 0.80, 0.92 }, { 0.97, 0.97, 0.97 }, { 0.99, 0.80, 0.60 }, { 0.82, 0.38, 0.05 },
    };

    /// <summary>Values [height, width] from 0 to 1 → [3, height, width], from dark to light.</summary>
    public static Tensor Sequential(Tensor values) => Map(values, _sequential);

    /// <summary>Values [height, width] from 0 to 1 → [3, height, width], blue below a half, orange above.</summary>
    public static Tensor Diverging(Tensor values) => Map(values, _diverging);

    /// <summary>Values moved and scaled to 0 … 1; all 0 where they are equal.</summary>
    public static Tensor Stretch(Tensor values)
    {
        Tensor least = values.Min(), range = values.Max() - least;
        return (double)range > 0 ? (values - least) / range : values * 0.0;
    }

    private static Tensor Map(Tensor values, double[,] colors)
    {
        float[] from = values.Detach().To(DType.Float32).ToArray<float>();
        int last = colors.GetLength(0) - 1;
        float[] to = new float[3 * from.Length];
        for (int i = 0; i < from.Length; i++)
        {
            double place = Math.Clamp(double.IsNaN(from[i]) ? 0 : from[i], 0, 1) * last;
            int below = Math.Min((int)place, last - 1);
            for (int channel = 0; channel < 3; channel++)
            {
                to[(channel * from.Length) + i] =
                    (float)(colors[below, channel] + ((place - below) * (colors[below + 1, channel] - colors[below, channel])));
            }
        }

        return Tensor.From(to, 3, values.Size(0), values.Size(1));
    }
}
