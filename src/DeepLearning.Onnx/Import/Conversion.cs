using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx.Import;

/// <summary>Conversions between element types.</summary>
internal static class Conversion
{
    /// <summary>
    /// Converts a value: floating-point numbers are cut off, whole ones lose their upper bits, whatever is not 0 is true.
    /// </summary>
    public static Value To(Value x, DataType type)
    {
        Tensor tensor = x.Tensor;
        DType held = ElementTypes.Held(type);
        if (type == x.Type)
        {
            return x;
        }

        if (type == DataType.Bool)
        {
            return tensor.NotEqualTo(0);
        }

        if (ElementTypes.IsNarrow(type) || type == DataType.Uint8)
        {
            // By way of the widest whole numbers, so that no bit is lost before its time.
            Tensor whole = tensor.DType.IsFloatingPoint() ? tensor.Trunc().To(DType.Int64) : tensor.To(DType.Int64);
            whole = ElementTypes.IsNarrow(type) ? ElementTypes.Wrapped(whole, type) : whole.BitwiseAnd(255);
            return new Value(whole.To(held), type);
        }

        return new Value(tensor.To(held), type);
    }
}
