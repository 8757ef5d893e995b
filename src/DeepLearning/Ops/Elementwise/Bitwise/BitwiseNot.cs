namespace DeepLearning;

public partial class Tensor
{
    /// <summary>All bits inverted; of truth values, the opposite.</summary>
    /// <exception cref="DTypeException">The tensor is of a floating-point type.</exception>
    public Tensor BitwiseNot() => DType == DType.Bool ? LogicalNot() : this.IntegerMap<BitwiseXorOp>(AllBits(), DType);

    /// <summary>As <see cref="BitwiseNot()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseNotInPlace() => this.Assign(BitwiseNot(), nameof(BitwiseNot));

    private Tensor AllBits() => Filling.Wrapped(-1, this.BitsType(this, nameof(BitwiseNot)), Device);
}
