namespace DeepLearning;

public partial class Tensor
{
    private const double SeluAlpha = 1.6732632423543772;
    private const double SeluScale = 1.0507009873554805;

    /// <summary>
    /// Scaled exponential linear unit, which keeps mean 0 and variance 1: scale · ELU(x, α) with scale = 1.0507 and α = 1.6733. Klambauer
    /// and others, "Self-normalizing neural networks", 2017.
    /// </summary>
    public Tensor Selu() => Map(new EluOp(SeluAlpha, SeluScale, 1.0));

    /// <summary>As <see cref="Selu()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SeluInPlace() => MapInPlace(new EluOp(SeluAlpha, SeluScale, 1.0));
}
