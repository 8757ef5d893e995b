namespace DeepLearning;

/// <summary>Logarithms of sums in derivatives.</summary>
internal static class Logarithm
{
    /// <summary>The logarithm of a sum as what others are measured against: a sum of nothing, whose logarithm is −∞, counts as 1.</summary>
    public static Tensor Finite(Tensor y) => y.MaskedFill(y.EqualTo(double.NegativeInfinity), 0.0);
}
