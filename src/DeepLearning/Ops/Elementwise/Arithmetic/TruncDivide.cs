using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Quotient without its fraction: y = trunc(a / b), elementwise with broadcasting; integers stay integers, as C#'s <c>/</c>. The
    /// gradient is 0. PyTorch's <c>div</c> with <c>rounding_mode='trunc'</c>.
    /// </summary>
    /// <param name="other">The divisor.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">Both tensors are bool.</exception>
    /// <exception cref="DivideByZeroException">An integer divisor is 0.</exception>
    public Tensor TruncDivide(Tensor other) => this.NumberType(other, nameof(TruncDivide)) is var dtype && dtype.IsInteger()
        ? this.IntegerMap<TruncDivideIntegersOp>(other, dtype)
        : Map(other, default(TruncDivideOp));

    /// <inheritdoc cref="TruncDivide(Tensor)"/>
    /// <param name="other">The divisor.</param>
    public Tensor TruncDivide(Scalar other) => TruncDivide(this.Operand(other, nameof(TruncDivide)));

    /// <summary>As <see cref="TruncDivide(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The divisor; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor TruncDivideInPlace(Tensor other) => this.Assign(TruncDivide(other), nameof(TruncDivide));

    /// <summary>As <see cref="TruncDivide(Scalar)"/>, written into this tensor.</summary>
    /// <param name="other">The divisor.</param>
    /// <returns>This tensor.</returns>
    public Tensor TruncDivideInPlace(Scalar other) => this.Assign(TruncDivide(other), nameof(TruncDivide));
}

internal readonly struct TruncDivideOp : IBinaryOp<TruncDivideOp>
{
    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Truncate(a / b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in TruncDivideOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => 0.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in TruncDivideOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}

internal readonly struct TruncDivideIntegersOp : IIntegerOp
{
    public static string Divides => "TruncDivide";

    /// <summary>a / b; 0 where b is 0, which the devices refuse before.</summary>
    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
    {
        // The processor traps where the smallest number is divided by −1; the result wraps as other integer arithmetic does.
        return T.IsNegative(b) && b == -T.One ? T.Zero - a : T.IsZero(b) ? T.Zero : a / b;
    }
}
