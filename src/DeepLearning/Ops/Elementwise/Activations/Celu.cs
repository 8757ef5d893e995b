namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Continuously differentiable exponential linear unit: y = max(x, 0) + min(0, α (e^(x/α) − 1)). Barron, 2017.</summary>
    /// <param name="alpha">α, minus the limit far below 0; not 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is 0, or not finite.</exception>
    public Tensor Celu(double alpha = 1.0) => Map(CeluOptions.Of(alpha));

    /// <summary>As <see cref="Celu(double)"/>, written into this tensor.</summary>
    /// <param name="alpha">α, minus the limit far below 0; not 0.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is 0, or not finite.</exception>
    public Tensor CeluInPlace(double alpha = 1.0) => MapInPlace(CeluOptions.Of(alpha));
}

internal static class CeluOptions
{
    /// <summary>The operation, which is that of Elu with another scale below 0.</summary>
    public static EluOp Of(double alpha) => new(Check(alpha), 1.0, 1.0 / alpha);

    /// <summary>α, checked.</summary>
    public static double Check(double alpha) => OptionChecks.Divisor(alpha, "CELU");
}
