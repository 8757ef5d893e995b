namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Continuously differentiable exponential linear unit: y = max(x, 0) + min(0, α (e^(x/α) − 1)). Barron, 2017.</summary>
    /// <param name="alpha">α, minus the limit far below 0.</param>
    public Tensor Celu(double alpha = 1.0) => Map(new EluOp(alpha, 1.0, 1.0 / alpha));

    /// <summary>As <see cref="Celu(double)"/>, written into this tensor.</summary>
    /// <param name="alpha">α, minus the limit far below 0.</param>
    /// <returns>This tensor.</returns>
    public Tensor CeluInPlace(double alpha = 1.0) => MapInPlace(new EluOp(alpha, 1.0, 1.0 / alpha));
}
