using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Quotient rounded down: y = ⌊a / b⌋, elementwise with broadcasting, so that a = y · b + <see cref="Remainder(Tensor)"/>; integers
    /// stay integers. The gradient is 0.
    /// </summary>
    /// <param name="other">The divisor.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">Both tensors are bool.</exception>
    /// <exception cref="DivideByZeroException">An integer divisor is 0.</exception>
    public Tensor FloorDivide(Tensor other)
    {
        DType dtype = this.NumberType(other, nameof(FloorDivide));
        (Tensor a, Tensor b) = Broadcasting.Join(this, other, nameof(FloorDivide));
        return dtype.IsInteger()
            ? a.IntegerMap<FloorDivideIntegersOp>(b, dtype)
            : MapNodes.Ternary(a, b, a.FloatFmod(b, dtype, nameof(FloorDivide)), default(FloorDivideOp), dtype);
    }

    /// <inheritdoc cref="FloorDivide(Tensor)"/>
    /// <param name="other">The divisor.</param>
    public Tensor FloorDivide(Scalar other) => FloorDivide(this.Operand(other, nameof(FloorDivide)));

    /// <summary>As <see cref="FloorDivide(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The divisor; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor FloorDivideInPlace(Tensor other) => this.Assign(FloorDivide(other), nameof(FloorDivide));

    /// <summary>As <see cref="FloorDivide(Scalar)"/>, written into this tensor.</summary>
    /// <param name="other">The divisor.</param>
    /// <returns>This tensor.</returns>
    public Tensor FloorDivideInPlace(Scalar other) => this.Assign(FloorDivide(other), nameof(FloorDivide));
}

/// <summary>⌊a / b⌋ from the exact remainder c of the truncated division: a / b alone may be rounded up to an integer.</summary>
internal readonly struct FloorDivideOp : ITernaryOp<FloorDivideOp>
{
    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b, R c)
        where R : struct, IReal<R>
    {
        R quotient = (a - c) / b;
        quotient = R.Select(SignOfDivisorOp.IsWrong(c, b), quotient - 1.0, quotient);
        R down = R.Floor(quotient);
        down = R.Select(R.Less(0.5, quotient - down), down + 1.0, down);
        R ratio = a / b;
        R zero = R.Select(R.IsNegative(ratio), -0.0, 0.0);
        return R.Select(R.Equal(b, 0.0), ratio, R.Select(R.Equal(quotient, 0.0), zero, down));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardFirst<R>(in FloorDivideOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => 0.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardSecond<R>(in FloorDivideOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => 0.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardThird<R>(in FloorDivideOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}

internal readonly struct FloorDivideIntegersOp : IIntegerOp
{
    public static string Divides => "FloorDivide";

    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
    {
        T quotient = TruncDivideIntegersOp.Apply(a, b);
        T rest = a - (quotient * b);
        return !T.IsZero(rest) && T.IsNegative(rest) != T.IsNegative(b) ? quotient - T.One : quotient;
    }
}
