namespace DeepLearning;

/// <summary>The weight and the bias of a normalization.</summary>
internal static class Affine
{
    /// <summary>Refuses operands that are not of the wanted shape and the input's type.</summary>
    public static void Check(Tensor x, Tensor? weight, Tensor? bias, ReadOnlySpan<int> shape, string operation)
    {
        if (!x.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{operation}: defined for floating-point tensors, not {x.DType.Name()}; convert with To(DType.Float32).");
        }

        Check(x, weight, "weight", shape, operation);
        Check(x, bias, "bias", shape, operation);
    }

    private static void Check(Tensor x, Tensor? value, string name, ReadOnlySpan<int> shape, string operation)
    {
        if (value is not null && !value.Layout.Lengths.AsSpan().SequenceEqual(shape))
        {
            throw new ShapeException(
                $"{operation}: a {name} {value.Shape} does not fit an input {x.Shape}; it must be {Shape.Format(shape)}.");
        }

        if (value is not null && value.DType != x.DType)
        {
            throw new DTypeException(
                $"{operation}: an input of {x.DType.Name()} and a {name} of {value.DType.Name()} do not fit; "
                + "convert the input with To(...), or the model.");
        }
    }
}
