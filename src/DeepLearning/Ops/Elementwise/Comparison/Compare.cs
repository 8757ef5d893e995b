using DeepLearning.Numerics;

namespace DeepLearning;

/// <summary>Comparisons, which are exact whatever the types.</summary>
internal static class Comparisons
{
    /// <summary>Compares integers exactly: also a zero-dimensional tensor of a wider type.</summary>
    public static Tensor Compare<TOp>(this Tensor x, Tensor other, TOp op)
        where TOp : struct, IPredicate<TOp>
    {
        ArgumentNullException.ThrowIfNull(other);
        DType compute = DTypes.ResultOf(x, other);
        return x.Compare(other, op, compute.IsFloatingPoint() ? compute : DTypes.Promote(x.DType, other.DType));
    }

    /// <summary>Compares with a number exactly: one beyond the integer type of this tensor is compared in int64.</summary>
    public static Tensor Compare<TOp>(this Tensor x, Scalar other, TOp op)
        where TOp : struct, IPredicate<TOp>
    {
        DType compute = DTypes.ResultOf(x.DType, other);
        if (compute.IsInteger() && !NumberOperands.IsExact(other, compute))
        {
            compute = DType.Int64;
        }

        return x.Compare(Tensor.FromScalar(other, compute, x.Device), op, compute);
    }

    public static Tensor Compare<TOp>(this Tensor x, Tensor other, TOp op, DType compute)
        where TOp : struct, IPredicate<TOp>
    {
        (Tensor a, Tensor b) = Broadcasting.Join(x, other, OpName<TOp>.Value);
        Tensor y = Broadcasting.Result(a, b, DType.Bool, OpName<TOp>.Value);
        a.Backend.Compare(in op, a, b, y, compute);
        return Recording.Of(new CompareOperation<TOp>(op, compute), y, a, b);
    }
}

file readonly struct CompareOperation<TOp>(TOp op, DType compute) : IOperation
    where TOp : struct, IPredicate<TOp>
{
    public string Name => OpName<TOp>.Value;

    public void Describe(OperationAttributes attributes) => op.Describe(attributes);

    public Replay CreateReplay()
    {
        TOp predicate = op;
        DType dtype = compute;
        return (inputs, outputs) => outputs[0] = inputs[0]!.Compare(inputs[1]!, predicate, dtype);
    }
}
