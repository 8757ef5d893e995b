namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = e⁻ˣ / Σ e⁻ˣ along an axis: <see cref="Softmax"/> of −x.</summary>
    /// <param name="axis">The axis along which the results add up to 1; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor Softmin(int axis) => DType.IsFloatingPoint()
        ? Negate().Softmax(axis)
        : throw new DTypeException($"Softmin: defined for floating-point tensors, not {DType.Name()}; convert with To(DType.Float32).");
}
