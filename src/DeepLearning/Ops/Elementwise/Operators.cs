using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Elementwise sum with broadcasting.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Tensor operator +(Tensor a, Tensor b) => NotNull(a).Add(b);

    /// <summary>Elementwise difference with broadcasting.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Tensor operator -(Tensor a, Tensor b) => NotNull(a).Subtract(b);

    /// <summary>Elementwise product with broadcasting; the matrix product is <c>MatMul</c>.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Tensor operator *(Tensor a, Tensor b) => NotNull(a).Multiply(b);

    /// <summary>Elementwise quotient with broadcasting; integers give float32.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Tensor operator /(Tensor a, Tensor b) => NotNull(a).Divide(b);

    /// <summary>Each element plus a number.</summary>
    /// <param name="a">The tensor.</param>
    /// <param name="b">The number.</param>
    public static Tensor operator +(Tensor a, Scalar b) => NotNull(a).Add(b);

    /// <summary>A number plus each element.</summary>
    /// <param name="a">The number.</param>
    /// <param name="b">The tensor.</param>
    public static Tensor operator +(Scalar a, Tensor b) => NotNull(b).Add(a);

    /// <summary>Each element minus a number.</summary>
    /// <param name="a">The tensor.</param>
    /// <param name="b">The number.</param>
    public static Tensor operator -(Tensor a, Scalar b) => NotNull(a).Subtract(b);

    /// <summary>A number minus each element.</summary>
    /// <param name="a">The number.</param>
    /// <param name="b">The tensor.</param>
    public static Tensor operator -(Scalar a, Tensor b) => NotNull(b).WithNumber(a, static (x, n) => x.Map(new ScalarMinusOp(n)));

    /// <summary>Each element times a number.</summary>
    /// <param name="a">The tensor.</param>
    /// <param name="b">The number.</param>
    public static Tensor operator *(Tensor a, Scalar b) => NotNull(a).Multiply(b);

    /// <summary>A number times each element.</summary>
    /// <param name="a">The number.</param>
    /// <param name="b">The tensor.</param>
    public static Tensor operator *(Scalar a, Tensor b) => NotNull(b).Multiply(a);

    /// <summary>Each element divided by a number; integers give float32.</summary>
    /// <param name="a">The tensor.</param>
    /// <param name="b">The number.</param>
    public static Tensor operator /(Tensor a, Scalar b) => NotNull(a).Divide(b);

    /// <summary>A number divided by each element; integers give float32.</summary>
    /// <param name="a">The number.</param>
    /// <param name="b">The tensor.</param>
    public static Tensor operator /(Scalar a, Tensor b) => NotNull(b).Map(new ScalarOverOp(a.ToDouble()));

    /// <summary>The negative of each element.</summary>
    /// <param name="a">The tensor.</param>
    public static Tensor operator -(Tensor a) => NotNull(a).Negate();

    /// <summary>Each element plus a number.</summary>
    /// <param name="other">The number.</param>
    public Tensor Add(Scalar other) => WithNumber(other, static (x, n) => x.Map(new AddNumberOp(n)));

    /// <summary>Each element minus a number.</summary>
    /// <param name="other">The number.</param>
    public Tensor Subtract(Scalar other) => WithNumber(other, static (x, n) => x.Map(new AddNumberOp(-n)));

    /// <summary>Each element times a number.</summary>
    /// <param name="other">The number.</param>
    public Tensor Multiply(Scalar other) => WithNumber(other, static (x, n) => x.Map(new ScaleOp(n)));

    /// <summary>Each element divided by a number; integers give float32.</summary>
    /// <param name="other">The number.</param>
    public Tensor Divide(Scalar other) => Map(new DivideNumberOp(other.ToDouble()));

    /// <summary>Adds a number to each element of this tensor.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor AddInPlace(Scalar other) => Fits(other, "Add").MapInPlace(new AddNumberOp(other.ToDouble()));

    /// <summary>Subtracts a number from each element of this tensor.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor SubtractInPlace(Scalar other) => Fits(other, "Subtract").MapInPlace(new AddNumberOp(-other.ToDouble()));

    /// <summary>Multiplies each element of this tensor by a number.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor MultiplyInPlace(Scalar other) => Fits(other, "Multiply").MapInPlace(new ScaleOp(other.ToDouble()));

    /// <summary>Divides each element of this tensor by a number.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor DivideInPlace(Scalar other) => MapInPlace(new DivideNumberOp(other.ToDouble()));

    private static Tensor NotNull(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor;
    }

    /// <summary>Applies an operation with a number in the type that both give.</summary>
    private Tensor WithNumber(Scalar number, Func<Tensor, double, Tensor> operation)
    {
        DType dtype = DTypes.ResultOf(DType, number);
        return operation(dtype == DType ? this : To(dtype), number.ToDouble());
    }

    private Tensor Fits(Scalar number, string operation) => CanCast(DTypes.ResultOf(DType, number), DType)
        ? this
        : throw new DTypeException(
            $"{operation} in place: the number {number} does not fit into a {DType.Name()} tensor; use the out-of-place operation.");
}

internal readonly struct AddNumberOp(double number) : IUnaryOp<AddNumberOp>
{
    private readonly double _number = number;

    public static Domain Domain => Domain.Number;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x + _number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in AddNumberOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy;
}

internal readonly struct ScaleOp(double factor) : IUnaryOp<ScaleOp>
{
    private readonly double _factor = factor;

    public static Domain Domain => Domain.Number;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x * _factor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ScaleOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * op._factor;
}

internal readonly struct DivideNumberOp(double divisor) : IUnaryOp<DivideNumberOp>
{
    private readonly double _divisor = divisor;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x / _divisor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in DivideNumberOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / op._divisor;
}

internal readonly struct ScalarMinusOp(double number) : IUnaryOp<ScalarMinusOp>
{
    private readonly double _number = number;

    public static Domain Domain => Domain.Number;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => _number - x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ScalarMinusOp op, R x, R y, R dy)
        where R : struct, IReal<R> => -dy;
}

internal readonly struct ScalarOverOp(double number) : IUnaryOp<ScalarOverOp>
{
    private readonly double _number = number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => _number / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ScalarOverOp op, R x, R y, R dy)
        where R : struct, IReal<R> => -(dy * y / x);
}
