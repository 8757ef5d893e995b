using System.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The bits set in both operands, elementwise with broadcasting; of truth values, whether both are true.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="DTypeException">An operand is of a floating-point type.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor BitwiseAnd(Tensor other) => this.IntegerMap<BitwiseAndOp>(other, this.BitsType(other, nameof(BitwiseAnd)));

    /// <inheritdoc cref="BitwiseAnd(Tensor)"/>
    /// <param name="other">The number.</param>
    public Tensor BitwiseAnd(Scalar other) => BitwiseAnd(this.Bits(other));

    /// <summary>As <see cref="BitwiseAnd(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseAndInPlace(Tensor other) => this.Assign(BitwiseAnd(other), nameof(BitwiseAnd));

    /// <summary>As <see cref="BitwiseAnd(Scalar)"/>, written into this tensor.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseAndInPlace(Scalar other) => this.Assign(BitwiseAnd(other), nameof(BitwiseAnd));
}

internal readonly struct BitwiseAndOp : IIntegerOp
{
    public static bool HasVector => true;

    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T> => a & b;

    public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b)
        where T : unmanaged => a & b;
}
