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
        // Bit by bit of the distance: not every compiler of kernels knows a way from a T to an int.
        T y = a, rest = b;
        for (int shift = 1; shift < 8 * sizeof(T); shift += shift)
        {
            y = T.IsOddInteger(rest) ? y << shift : y;
            rest >>= 1;
        }

        return T.IsZero(rest) ? y : T.Zero;
    }
}
