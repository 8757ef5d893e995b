namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Gated linear unit: y = a · σ(b), where a and b are the halves of the tensor along an axis. Dauphin and others, "Language modeling
    /// with gated convolutional networks", 2017.
    /// </summary>
    /// <param name="axis">The axis to halve; negative counts from the end.</param>
    /// <returns>A tensor of half the length along the axis.</returns>
    /// <exception cref="ShapeException">The axis is out of range or its length is odd.</exception>
    public Tensor Glu(int axis = -1)
    {
        int length = Size(axis);
        if (length % 2 != 0)
        {
            throw new ShapeException($"Glu: axis {axis} of a tensor {Shape} has the odd length {length}; it must split into two halves.");
        }

        if (DType.Compute() != DType)
        {
            return To(DType.Compute()).Glu(axis).To(DType);
        }

        return Narrow(axis, 0, length / 2).Multiply(Narrow(axis, length / 2, length / 2).Sigmoid());
    }
}
