using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Applies an operation on integers elementwise, with broadcasting.</summary>
    private Tensor IntegerMap<TOp>(Tensor other, DType dtype)
        where TOp : struct, IIntegerOp
    {
        (Tensor a, Tensor b) = Broadcasting.AreApart(this, other) ? Broadcasting.Join(this, other, OpName<TOp>.Value) : (this, other);
        Tensor y = Broadcasting.Result(a, b, dtype, OpName<TOp>.Value);
        a.Backend.Integer<TOp>(a, b, y);
        return Recording.Of(new NamedOperation(OpName<TOp>.Value), y, a, b);
    }

    /// <summary>A number as an operand: a zero-dimensional tensor of the type that it and this tensor give, which must hold it.</summary>
    private Tensor Operand(Scalar number, string operation)
    {
        DType dtype = DTypes.ResultOf(DType, number);
        dtype.CheckHolds(number, operation);
        return Wrapped(number, dtype, Device);
    }

    /// <summary>A number as an operand of bit operations: its low bits.</summary>
    private Tensor Bits(Scalar number) => Wrapped(number, DTypes.ResultOf(DType, number), Device);

    /// <summary>A number of bits to shift by: what the type does not hold moves all bits out, as its greatest number does.</summary>
    private Tensor Distance(Scalar number)
    {
        DType dtype = DTypes.ResultOf(DType, number);
        return Wrapped(dtype.Holds(number) ? number : DTypes.Range(dtype).Most, dtype, Device);
    }

    /// <summary>
    /// Refuses a zero-dimensional operand, which is a number as a rule, that the integer type of a result does not hold: there it would
    /// wrap around, and be another number.
    /// </summary>
    internal static void CheckFits(Tensor operand, DType dtype, string operation)
    {
        if (operand.Rank == 0 && operand.DType != dtype && operand.DType != DType.Bool && dtype.IsInteger())
        {
            dtype.CheckHolds(operand.DType.IsFloatingPoint() ? operand.Item<double>() : operand.Item<long>(), operation);
        }
    }

    /// <summary>As <see cref="Map{TOp}(Tensor, TOp)"/>, for an operation whose result is one of its operands.</summary>
    private Tensor Choose<TOp>(Tensor other, TOp op)
        where TOp : struct, Numerics.IBinaryOp<TOp>
    {
        CheckChoice(other, OpName<TOp>.Value);
        return Map(other, op);
    }

    /// <summary>As <see cref="Choose"/>, written into this tensor.</summary>
    private Tensor ChooseInPlace<TOp>(Tensor other, TOp op)
        where TOp : struct, Numerics.IBinaryOp<TOp>
    {
        CheckChoice(other, OpName<TOp>.Value);
        return MapInPlace(other, op);
    }

    private void CheckChoice(Tensor other, string operation)
    {
        ArgumentNullException.ThrowIfNull(other);
        DType dtype = DTypes.ResultOf(this, other);
        CheckFits(this, dtype, operation);
        CheckFits(other, dtype, operation);
    }

    /// <summary>The common type of two operands, which must be numbers.</summary>
    private DType NumberType(Tensor other, string operation)
    {
        CheckChoice(other, operation);
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
