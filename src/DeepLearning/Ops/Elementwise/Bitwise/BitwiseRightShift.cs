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
        // Bit by bit of the distance: not every compiler of kernels knows a way from a T to an int.
        T y = a, rest = b;
        for (int shift = 1; shift < 8 * sizeof(T); shift += shift)
        {
            y = T.IsOddInteger(rest) ? y >> shift : y;
            rest >>= 1;
        }

        return T.IsZero(rest) ? y : T.IsNegative(a) ? T.Zero - T.One : T.Zero;
    }
}
