using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Applies an operation on integers elementwise, with broadcasting.</summary>
    private Tensor IntegerMap<TOp>(Tensor other, DType dtype)
        where TOp : struct, IIntegerOp
    {
        Tensor y = Broadcasting.Result(this, other, dtype, OpName<TOp>.Value);
        Backend.Integer<TOp>(this, other, y);
        return y;
    }

    /// <summary>A number as an operand: a zero-dimensional tensor of the type that it and this tensor give.</summary>
    private Tensor Operand(Scalar number) => FromScalar(number, DTypes.ResultOf(DType, number), Device);

    /// <summary>The common type of two operands, which must be numbers.</summary>
    private DType NumberType(Tensor other, string operation)
    {
        ArgumentNullException.ThrowIfNull(other);
        DType dtype = DTypes.ResultOf(this, other);
        return dtype != DType.Bool
            ? dtype
            : throw new DTypeException($"{operation}: not defined for two bool tensors; convert one with To(DType.Int64).");
    }

    /// <summary>The common type of two operands, which must be integers or truth values.</summary>
    private DType BitsType(Tensor other, string operation)
    {
        ArgumentNullException.ThrowIfNull(other);
        DType dtype = DTypes.ResultOf(this, other);
        return !dtype.IsFloatingPoint()
            ? dtype
            : throw new DTypeException(
                $"{operation}: defined for integer and bool tensors, not for {DType.Name()} and {other.DType.Name()}; convert with "
                    + $"To(DType.Int64).");
    }
}
