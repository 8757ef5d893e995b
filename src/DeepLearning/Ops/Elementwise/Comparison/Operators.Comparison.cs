namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether a &lt; b, elementwise with broadcasting, as a bool tensor. (<c>==</c> compares references; elements are compared by
    /// <c>EqualTo</c>.)</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <(Tensor a, Tensor b) => NotNull(a).Less(b);

    /// <summary>Whether a &lt; b, elementwise with broadcasting, as a bool tensor. (<c>==</c> compares references; elements are compared by
    /// <c>EqualTo</c>.)</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <(Tensor a, Scalar b) => NotNull(a).Less(b);

    /// <summary>Whether a &lt; b, elementwise with broadcasting, as a bool tensor. (<c>==</c> compares references; elements are compared by
    /// <c>EqualTo</c>.)</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <(Scalar a, Tensor b) => NotNull(b).Greater(a);

    /// <summary>Whether a &gt; b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >(Tensor a, Tensor b) => NotNull(a).Greater(b);

    /// <summary>Whether a &gt; b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >(Tensor a, Scalar b) => NotNull(a).Greater(b);

    /// <summary>Whether a &gt; b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >(Scalar a, Tensor b) => NotNull(b).Less(a);

    /// <summary>Whether a ≤ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <=(Tensor a, Tensor b) => NotNull(a).LessOrEqual(b);

    /// <summary>Whether a ≤ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <=(Tensor a, Scalar b) => NotNull(a).LessOrEqual(b);

    /// <summary>Whether a ≤ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator <=(Scalar a, Tensor b) => NotNull(b).GreaterOrEqual(a);

    /// <summary>Whether a ≥ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >=(Tensor a, Tensor b) => NotNull(a).GreaterOrEqual(b);

    /// <summary>Whether a ≥ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >=(Tensor a, Scalar b) => NotNull(a).GreaterOrEqual(b);

    /// <summary>Whether a ≥ b, elementwise with broadcasting, as a bool tensor.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    public static Tensor operator >=(Scalar a, Tensor b) => NotNull(b).LessOrEqual(a);
}
