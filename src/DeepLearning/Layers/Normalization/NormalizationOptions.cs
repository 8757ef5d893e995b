namespace DeepLearning.Layers;

/// <summary>What the normalizations ask of their options.</summary>
internal static class NormalizationOptions
{
    /// <summary>The number that is added to a variance, checked.</summary>
    public static double Eps(double eps, string name) => eps >= 0 && double.IsFinite(eps)
        ? eps
        : throw new ArgumentOutOfRangeException(nameof(eps), eps, $"{name}: eps is added to a variance; it must be 0 or more, and finite.");
}
