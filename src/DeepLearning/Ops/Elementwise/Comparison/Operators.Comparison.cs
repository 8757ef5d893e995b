namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Whether a &lt; b, elementwise with broadcasting, as a bool tensor. (<c>==</c> compares references; elements are compared by
    /// <c>EqualTo</c>.)
    /// </summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <(Tensor a, Tensor b) => NumberOperands.NotNull(a).Less(b);

    /// <summary>
    /// Whether a &lt; b, elementwise with broadcasting, as a bool tensor. (<c>==</c> compares references; elements are compared by
    /// <c>EqualTo</c>.)
    /// </summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <(Tensor a, Scalar b) => NumberOperands.NotNull(a).Less(b);

    /// <summary>
    /// Whether a &lt; b, elementwise with broadcasting, as a bool tensor. (<c>==</c> compares references; elements are compared by
    /// <c>EqualTo</c>.)
    /// </summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <(Scalar a, Tensor b) => NumberOperands.NotNull(b).Greater(a);

    /// <summary>Whether a &gt; b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >(Tensor a, Tensor b) => NumberOperands.NotNull(a).Greater(b);

    /// <summary>Whether a &gt; b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >(Tensor a, Scalar b) => NumberOperands.NotNull(a).Greater(b);

    /// <summary>Whether a &gt; b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >(Scalar a, Tensor b) => NumberOperands.NotNull(b).Less(a);

    /// <summary>Whether a ≤ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <=(Tensor a, Tensor b) => NumberOperands.NotNull(a).LessOrEqual(b);

    /// <summary>Whether a ≤ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <=(Tensor a, Scalar b) => NumberOperands.NotNull(a).LessOrEqual(b);

    /// <summary>Whether a ≤ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <=(Scalar a, Tensor b) => NumberOperands.NotNull(b).GreaterOrEqual(a);

    /// <summary>Whether a ≥ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >=(Tensor a, Tensor b) => NumberOperands.NotNull(a).GreaterOrEqual(b);

    /// <summary>Whether a ≥ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >=(Tensor a, Scalar b) => NumberOperands.NotNull(a).GreaterOrEqual(b);

    /// <summary>Whether a ≥ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >=(Scalar a, Tensor b) => NumberOperands.NotNull(b).LessOrEqual(a);
}
