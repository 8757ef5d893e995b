using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Elementwise sum with broadcasting.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Tensor operator +(Tensor a, Tensor b) => NumberOperands.NotNull(a).Add(b);

    /// <summary>Elementwise difference with broadcasting.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Tensor operator -(Tensor a, Tensor b) => NumberOperands.NotNull(a).Subtract(b);

    /// <summary>Elementwise product with broadcasting; the matrix product is <c>MatMul</c>.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Tensor operator *(Tensor a, Tensor b) => NumberOperands.NotNull(a).Multiply(b);

    /// <summary>Elementwise quotient with broadcasting; integers give float32.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Tensor operator /(Tensor a, Tensor b) => NumberOperands.NotNull(a).Divide(b);

    /// <summary>Each element plus a number.</summary>
    /// <param name="a">The tensor.</param>
    /// <param name="b">The number.</param>
    public static Tensor operator +(Tensor a, Scalar b) => NumberOperands.NotNull(a).Add(b);

    /// <summary>A number plus each element.</summary>
    /// <param name="a">The number.</param>
    /// <param name="b">The tensor.</param>
    public static Tensor operator +(Scalar a, Tensor b) => NumberOperands.NotNull(b).Add(a);

    /// <summary>Each element minus a number.</summary>
    /// <param name="a">The tensor.</param>
    /// <param name="b">The number.</param>
    public static Tensor operator -(Tensor a, Scalar b) => NumberOperands.NotNull(a).Subtract(b);

    /// <summary>A number minus each element.</summary>
    /// <param name="a">The number.</param>
    /// <param name="b">The tensor.</param>
    public static Tensor operator -(Scalar a, Tensor b) =>
        NumberOperands.NotNull(b).CheckSubtraction(a.DType)
            .WithNumber(a, static (x, n) => x.Map(new ScalarMinusOp(n)), static (x, n) => n.Subtract(x));

    /// <summary>Each element times a number.</summary>
    /// <param name="a">The tensor.</param>
    /// <param name="b">The number.</param>
    public static Tensor operator *(Tensor a, Scalar b) => NumberOperands.NotNull(a).Multiply(b);

    /// <summary>A number times each element.</summary>
    /// <param name="a">The number.</param>
    /// <param name="b">The tensor.</param>
    public static Tensor operator *(Scalar a, Tensor b) => NumberOperands.NotNull(b).Multiply(a);

    /// <summary>Each element divided by a number; integers give float32.</summary>
    /// <param name="a">The tensor.</param>
    /// <param name="b">The number.</param>
    public static Tensor operator /(Tensor a, Scalar b) => NumberOperands.NotNull(a).Divide(b);

    /// <summary>A number divided by each element; integers give float32.</summary>
    /// <param name="a">The number.</param>
    /// <param name="b">The tensor.</param>
    public static Tensor operator /(Scalar a, Tensor b) => NumberOperands.NotNull(b).Map(new ScalarOverOp(a.ToDouble()));

    /// <summary>The negative of each element.</summary>
    /// <param name="a">The tensor.</param>
    public static Tensor operator -(Tensor a) => NumberOperands.NotNull(a).Negate();

    /// <summary>Each element plus a number.</summary>
    /// <param name="other">The number.</param>
    public Tensor Add(Scalar other) =>
        WithNumber(other, static (x, n) => x.Map(new AddNumberOp(n)), static (x, n) => x.Add(n));

    /// <summary>Each element minus a number.</summary>
    /// <param name="other">The number.</param>
    public Tensor Subtract(Scalar other) =>
        this.CheckSubtraction(other.DType)
            .WithNumber(other, static (x, n) => x.Map(new SubtractNumberOp(n)), static (x, n) => x.Subtract(n));

    /// <summary>Each element times a number.</summary>
    /// <param name="other">The number.</param>
    public Tensor Multiply(Scalar other) =>
        WithNumber(other, static (x, n) => x.Map(new ScaleOp(n)), static (x, n) => x.Multiply(n));

    /// <summary>Each element divided by a number; integers give float32.</summary>
    /// <param name="other">The number.</param>
    public Tensor Divide(Scalar other) => Map(new DivideNumberOp(other.ToDouble()));

    /// <summary>Adds a number to each element of this tensor.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor AddInPlace(Scalar other) => Fits(other, "Add")
        ? MapInPlace(new AddNumberOp(other.ToDouble()))
        : AddInPlace(Filling.Wrapped(other, DType, Device));

    /// <summary>Subtracts a number from each element of this tensor.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor SubtractInPlace(Scalar other) => this.CheckSubtraction(other.DType).Fits(other, "Subtract")
        ? MapInPlace(new SubtractNumberOp(other.ToDouble()))
        : SubtractInPlace(Filling.Wrapped(other, DType, Device));

    /// <summary>Multiplies each element of this tensor by a number.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor MultiplyInPlace(Scalar other) => Fits(other, "Multiply")
        ? MapInPlace(new ScaleOp(other.ToDouble()))
        : MultiplyInPlace(Filling.Wrapped(other, DType, Device));

    /// <summary>Divides each element of this tensor by a number.</summary>
    /// <param name="other">The number.</param>
    /// <returns>This tensor.</returns>
    public Tensor DivideInPlace(Scalar other) => MapInPlace(new DivideNumberOp(other.ToDouble()));

    /// <summary>Applies an operation with a number in the type that both give.</summary>
    private Tensor WithNumber(Scalar number, Func<Tensor, double, Tensor> operation, Func<Tensor, Tensor, Tensor> exact)
    {
        DType dtype = DTypes.ResultOf(DType, number);
        Tensor x = To(dtype);
        return NumberOperands.IsExact(number, dtype) ? operation(x, number.ToDouble()) : exact(x, Filling.Wrapped(number, dtype, Device));
    }

    /// <summary>Whether a formula can take the number in place; false where only a tensor holds it exactly.</summary>
    private bool Fits(Scalar number, string operation) => InPlace.CanCast(DTypes.ResultOf(DType, number), DType)
        ? NumberOperands.IsExact(number, DType)
        : throw new DTypeException(
            $"{operation} in place: the number {number} does not fit into a tensor of {DType.Name()}; use the out-of-place operation.");
}

internal readonly struct AddNumberOp(double number) : IUnaryOp<AddNumberOp>
{
    private readonly double _number = number;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x + _number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in AddNumberOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy;

    public void Describe(OperationAttributes attributes) => attributes.Add("number", _number);
}

internal readonly struct SubtractNumberOp(double number) : IUnaryOp<SubtractNumberOp>
{
    private readonly double _number = number;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x - _number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SubtractNumberOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy;

    public void Describe(OperationAttributes attributes) => attributes.Add("number", _number);
}

internal readonly struct ScaleOp(double factor) : IUnaryOp<ScaleOp>
{
    private readonly double _factor = factor;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x * _factor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ScaleOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * op._factor;

    public void Describe(OperationAttributes attributes) => attributes.Add("factor", _factor);
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

    public void Describe(OperationAttributes attributes) => attributes.Add("divisor", _divisor);
}

internal readonly struct ScalarMinusOp(double number) : IUnaryOp<ScalarMinusOp>
{
    private readonly double _number = number;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => _number - x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ScalarMinusOp op, R x, R y, R dy)
        where R : struct, IReal<R> => -dy;

    public void Describe(OperationAttributes attributes) => attributes.Add("number", _number);
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

    public void Describe(OperationAttributes attributes) => attributes.Add("number", _number);
}
