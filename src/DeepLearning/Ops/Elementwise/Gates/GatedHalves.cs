namespace DeepLearning;

/// <summary>The halves of a tensor along an axis, one of which gates the other.</summary>
internal static class GatedHalves
{
    /// <summary>value · gate(other half), computed in a type that sums are computed in.</summary>
    public static Tensor Run(Tensor input, int axis, bool gateFirst, Func<Tensor, Tensor> gate, string operation)
    {
        if (!input.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{operation}: defined for floating-point tensors, not {input.DType.Name()}; convert with To(DType.Float32).");
        }

        int length = input.Size(axis);
        if (length % 2 != 0)
        {
            throw new ShapeException(
                $"{operation}: axis {axis} of a tensor {input.Shape} has the odd length {length}; it must split into two halves.");
        }

        Tensor x = input.To(input.DType.Compute());
        Tensor first = x.Narrow(axis, 0, length / 2), second = x.Narrow(axis, length / 2, length / 2);
        return (gateFirst ? gate(first) * second : first * gate(second)).To(input.DType);
    }
}
