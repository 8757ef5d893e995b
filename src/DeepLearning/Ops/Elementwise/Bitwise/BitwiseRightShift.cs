using System.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Moves bits down: y = ⌊a / 2ᵇ⌋, elementwise with broadcasting; 0 or −1, by the sign, where b is negative or not below the width
    /// of the type.
    /// </summary>
    /// <param name="other">How many bits.</param>
    /// <exception cref="DTypeException">An operand is of a floating-point type, or both are bool.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor BitwiseRightShift(Tensor other)
    {
        this.NumberType(other, nameof(BitwiseRightShift));
        return this.IntegerMap<BitwiseRightShiftOp>(other, this.BitsType(other, nameof(BitwiseRightShift)));
    }

    /// <inheritdoc cref="BitwiseRightShift(Tensor)"/>
    /// <param name="other">How many bits.</param>
    public Tensor BitwiseRightShift(Scalar other) => BitwiseRightShift(this.Distance(other));

    /// <summary>As <see cref="BitwiseRightShift(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">How many bits.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseRightShiftInPlace(Tensor other) => this.Assign(BitwiseRightShift(other), nameof(BitwiseRightShift));

    /// <summary>As <see cref="BitwiseRightShift(Scalar)"/>, written into this tensor.</summary>
    /// <param name="other">How many bits.</param>
    /// <returns>This tensor.</returns>
    public Tensor BitwiseRightShiftInPlace(Scalar other) => this.Assign(BitwiseRightShift(other), nameof(BitwiseRightShift));
}

internal readonly unsafe struct BitwiseRightShiftOp : IIntegerOp
{
    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
    {
        int bits = 8 * sizeof(T);
        bool all = T.IsNegative(b) || b >= T.CreateTruncating(bits);
        return all ? (T.IsNegative(a) ? -T.One : T.Zero) : a >> int.CreateTruncating(b);
    }
}
