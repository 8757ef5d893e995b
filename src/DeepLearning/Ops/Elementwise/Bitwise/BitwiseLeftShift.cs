using System.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Moves bits up: y = a · 2ᵇ, elementwise with broadcasting; 0 where b is negative or not below the width of the type.
    /// </summary>
    /// <param name="other">How many bits.</param>
    /// <exception cref="DTypeException">An operand is of a floating-point type, or both are bool.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor BitwiseLeftShift(Tensor other)
    {
        this.NumberType(other, nameof(BitwiseLeftShift));
        return this.IntegerMap<BitwiseLeftShiftOp>(other, this.BitsType(other, nameof(BitwiseLeftShift)));
    }

    /// <inheritdoc cref="BitwiseLeftShift(Tensor)"/>
    /// <param name="other">How many bits.</param>
    public Tensor BitwiseLeftShift(Scalar other) => BitwiseLeftShift(this.Distance(other));

    /// <summary>As <see cref="BitwiseLeftShift(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">How many bits.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseLeftShiftInPlace(Tensor other) => this.Assign(BitwiseLeftShift(other), nameof(BitwiseLeftShift));

    /// <summary>As <see cref="BitwiseLeftShift(Scalar)"/>, written into this tensor.</summary>
    /// <param name="other">How many bits.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseLeftShiftInPlace(Scalar other) => this.Assign(BitwiseLeftShift(other), nameof(BitwiseLeftShift));
}

internal readonly unsafe struct BitwiseLeftShiftOp : IIntegerOp
{
    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
    {
        int bits = 8 * sizeof(T);
        return T.IsNegative(b) || b >= T.CreateTruncating(bits) ? T.Zero : a << int.CreateTruncating(b);
    }
}
