using System.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The bits set in one operand or both, elementwise with broadcasting; of truth values, whether any is true.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="DTypeException">An operand is of a floating-point type.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor BitwiseOr(Tensor other) => this.IntegerMap<BitwiseOrOp>(other, this.BitsType(other, nameof(BitwiseOr)));

    /// <inheritdoc cref="BitwiseOr(Tensor)"/>
    /// <param name="other">The number.</param>
    public Tensor BitwiseOr(Scalar other) => BitwiseOr(this.Bits(other));

    /// <summary>As <see cref="BitwiseOr(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseOrInPlace(Tensor other) => this.Assign(BitwiseOr(other), nameof(BitwiseOr));

    /// <summary>As <see cref="BitwiseOr(Scalar)"/>, written into this tensor.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseOrInPlace(Scalar other) => this.Assign(BitwiseOr(other), nameof(BitwiseOr));
}

internal readonly struct BitwiseOrOp : IIntegerOp
{
    public static bool HasVector => true;

    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T> => a | b;

    public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b)
        where T : unmanaged => a | b;
}
