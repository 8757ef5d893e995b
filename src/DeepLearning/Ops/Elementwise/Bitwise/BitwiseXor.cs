using System.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The bits that differ, elementwise with broadcasting; of truth values, whether they differ.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="DTypeException">An operand is of a floating-point type.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor BitwiseXor(Tensor other) => this.IntegerMap<BitwiseXorOp>(other, this.BitsType(other, nameof(BitwiseXor)));

    /// <inheritdoc cref="BitwiseXor(Tensor)"/>
    /// <param name="other">The number.</param>
    public Tensor BitwiseXor(Scalar other) => BitwiseXor(this.Bits(other));

    /// <summary>As <see cref="BitwiseXor(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseXorInPlace(Tensor other) => this.Assign(BitwiseXor(other), nameof(BitwiseXor));

    /// <summary>As <see cref="BitwiseXor(Scalar)"/>, written into this tensor.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseXorInPlace(Scalar other) => this.Assign(BitwiseXor(other), nameof(BitwiseXor));
}

internal readonly struct BitwiseXorOp : IIntegerOp
{
    public static bool HasVector => true;

    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T> => a ^ b;

    public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b)
        where T : unmanaged => a ^ b;
}
