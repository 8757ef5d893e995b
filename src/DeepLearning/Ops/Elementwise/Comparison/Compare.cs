using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Compares integers exactly: also a zero-dimensional tensor of a wider type.</summary>
    internal Tensor Compare<TOp>(Tensor other, TOp op)
        where TOp : struct, IPredicate<TOp>
    {
        ArgumentNullException.ThrowIfNull(other);
        DType compute = DTypes.ResultOf(this, other);
        return Compare(other, op, compute.IsFloatingPoint() ? compute : DTypes.Promote(DType, other.DType));
    }

    /// <summary>Compares with a number exactly: one beyond the integer type of this tensor is compared in int64.</summary>
    internal Tensor Compare<TOp>(Scalar other, TOp op)
        where TOp : struct, IPredicate<TOp>
    {
        DType compute = DTypes.ResultOf(DType, other);
        if (compute.IsInteger() && !IsExact(other, compute))
        {
            compute = DType.Int64;
        }

        return Compare(FromScalar(other, compute, Device), op, compute);
    }

    private Tensor Compare<TOp>(Tensor other, TOp op, DType compute)
        where TOp : struct, IPredicate<TOp>
    {
        (Tensor a, Tensor b) = Broadcasting.AreApart(this, other) ? Broadcasting.Join(this, other, OpName<TOp>.Value) : (this, other);
        Tensor y = Broadcasting.Result(a, b, DType.Bool, OpName<TOp>.Value);
        a.Backend.Compare(in op, a, b, y, compute);
        return Recording.Of(new CompareOperation<TOp>(op), y, a, b);
    }
}

file readonly struct CompareOperation<TOp>(TOp op) : IOperation
    where TOp : struct, IPredicate<TOp>
{
    public string Name => OpName<TOp>.Value;

    public void Describe(OperationAttributes attributes) => op.Describe(attributes);
}
