namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Radians to degrees: y = x · 180 / π; integers give float32.</summary>
    public Tensor Rad2Deg() => Multiply(180.0 / Math.PI);

    /// <summary>As <see cref="Rad2Deg()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Rad2DegInPlace() => MultiplyInPlace(180.0 / Math.PI);
}
