namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Remainder with the sign of the divisor, as <see cref="Remainder(Tensor)"/>.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator %(Tensor a, Tensor b) => NumberOperands.NotNull(a).Remainder(b);

    /// <summary>Remainder with the sign of the divisor, as <see cref="Remainder(Tensor)"/>.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator %(Tensor a, Scalar b) => NumberOperands.NotNull(a).Remainder(b);

    /// <summary>Remainder with the sign of the divisor, as <see cref="Remainder(Tensor)"/>.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator %(Scalar a, Tensor b) => NumberOperands.NotNull(b).Operand(a, nameof(Remainder)).Remainder(b);

    /// <summary>The bits set in both integers; of truth values, whether both are true.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator &(Tensor a, Tensor b) => NumberOperands.NotNull(a).BitwiseAnd(b);

    /// <summary>The bits set in both integers; of truth values, whether both are true.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator &(Tensor a, Scalar b) => NumberOperands.NotNull(a).BitwiseAnd(b);

    /// <summary>The bits set in both integers; of truth values, whether both are true.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator &(Scalar a, Tensor b) => NumberOperands.NotNull(b).BitwiseAnd(a);

    /// <summary>The bits set in one integer or both; of truth values, whether any is true.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator |(Tensor a, Tensor b) => NumberOperands.NotNull(a).BitwiseOr(b);

    /// <summary>The bits set in one integer or both; of truth values, whether any is true.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator |(Tensor a, Scalar b) => NumberOperands.NotNull(a).BitwiseOr(b);

    /// <summary>The bits set in one integer or both; of truth values, whether any is true.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator |(Scalar a, Tensor b) => NumberOperands.NotNull(b).BitwiseOr(a);

    /// <summary>The bits that differ; of truth values, whether they differ.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator ^(Tensor a, Tensor b) => NumberOperands.NotNull(a).BitwiseXor(b);

    /// <summary>The bits that differ; of truth values, whether they differ.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator ^(Tensor a, Scalar b) => NumberOperands.NotNull(a).BitwiseXor(b);

    /// <summary>The bits that differ; of truth values, whether they differ.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator ^(Scalar a, Tensor b) => NumberOperands.NotNull(b).BitwiseXor(a);

    /// <summary>All bits inverted; of truth values, the opposite.</summary>
    /// <param name="a">The tensor.</param>
    public static Tensor operator ~(Tensor a) => NumberOperands.NotNull(a).BitwiseNot();

    /// <summary>Each integer times 2ᵇ.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <<(Tensor a, Tensor b) => NumberOperands.NotNull(a).BitwiseLeftShift(b);

    /// <summary>Each integer times 2ᵇ.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <<(Tensor a, Scalar b) => NumberOperands.NotNull(a).BitwiseLeftShift(b);

    /// <summary>Each integer divided by 2ᵇ, rounded down.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >>(Tensor a, Tensor b) => NumberOperands.NotNull(a).BitwiseRightShift(b);

    /// <summary>Each integer divided by 2ᵇ, rounded down.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >>(Tensor a, Scalar b) => NumberOperands.NotNull(a).BitwiseRightShift(b);
}
