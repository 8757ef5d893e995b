namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Rectified linear unit up to 6: y = min(max(x, 0), 6); the gradient at 0 and 6 is 0. Defined for integers.</summary>
    public Tensor Relu6() => Map(new HardtanhOp(0.0, 6.0));

    /// <summary>As <see cref="Relu6()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Relu6InPlace() => MapInPlace(new HardtanhOp(0.0, 6.0));
}
