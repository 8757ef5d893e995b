using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = a + value · first · second, elementwise with broadcasting.</summary>
    /// <param name="first">One factor.</param>
    /// <param name="second">The other factor.</param>
    /// <param name="value">The factor; for integers one without a fraction.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">Integers with a factor that has a fraction.</exception>
    public Tensor AddCMul(Tensor first, Tensor second, double value = 1.0) =>
        Map(first, second, new AddCMulOp(NumberOperands.Factor(
            value, DTypes.ResultOf(this, NumberOperands.NotNull(first), NumberOperands.NotNull(second)), "AddCMul")));

    /// <summary>As <see cref="AddCMul(Tensor, Tensor, double)"/>, written into this tensor.</summary>
    /// <param name="first">One factor.</param>
    /// <param name="second">The other factor.</param>
    /// <param name="value">The factor; for integers one without a fraction.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">Integers with a factor that has a fraction.</exception>
    public Tensor AddCMulInPlace(Tensor first, Tensor second, double value = 1.0) =>
        MapInPlace(first, second, new AddCMulOp(NumberOperands.Factor(
            value, DTypes.ResultOf(this, NumberOperands.NotNull(first), NumberOperands.NotNull(second)), "AddCMul")));
}

internal readonly struct AddCMulOp(double value) : ITernaryOp<AddCMulOp>
{
    private readonly double _value = value;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    public static Operands BackwardFirstReads => Operands.None;

    public static Operands BackwardSecondReads => Operands.Third;

    public static Operands BackwardThirdReads => Operands.Second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b, R c)
        where R : struct, IReal<R> => a + (b * _value * c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardFirst<R>(in AddCMulOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardSecond<R>(in AddCMulOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * (c * op._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardThird<R>(in AddCMulOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * (b * op._value);

    public void Describe(OperationAttributes attributes) => attributes.Add("value", _value);
}
