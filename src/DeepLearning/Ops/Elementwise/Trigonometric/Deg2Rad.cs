namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Degrees to radians: y = x · π / 180; integers give float32.</summary>
    public Tensor Deg2Rad() => Multiply(Math.PI / 180.0);

    /// <summary>As <see cref="Deg2Rad()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Deg2RadInPlace() => MultiplyInPlace(Math.PI / 180.0);
}
