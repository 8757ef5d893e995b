namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Gated linear unit: y = a · max(b, 0), where a and b are the halves of the tensor along an axis, as those of <see cref="Glu"/>.
    /// Shazeer, "GLU variants improve transformer", 2020.
    /// </summary>
    /// <param name="axis">The axis to halve; negative counts from the end.</param>
    /// <param name="gateFirst">True where the first half is b, as in models that compute gate and value in one product.</param>
    /// <returns>A tensor of half the length along the axis.</returns>
    /// <exception cref="ShapeException">The axis is out of range or its length is odd.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor ReGlu(int axis = -1, bool gateFirst = false) =>
        GatedHalves.Run(this, axis, gateFirst, static x => x.Relu(), nameof(ReGlu));
}
