using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = a + value · first / second, elementwise with broadcasting; integers give float32.</summary>
    /// <param name="first">The dividend.</param>
    /// <param name="second">The divisor.</param>
    /// <param name="value">The factor.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor AddCDiv(Tensor first, Tensor second, double value = 1.0) => Map(first, second, new AddCDivOp(value));

    /// <summary>As <see cref="AddCDiv(Tensor, Tensor, double)"/>, written into this tensor.</summary>
    /// <param name="first">The dividend.</param>
    /// <param name="second">The divisor.</param>
    /// <param name="value">The factor.</param>
    /// <returns>This tensor.</returns>
    public Tensor AddCDivInPlace(Tensor first, Tensor second, double value = 1.0) => MapInPlace(first, second, new AddCDivOp(value));
}

internal readonly struct AddCDivOp(double value) : ITernaryOp<AddCDivOp>
{
    private readonly double _value = value;

    public static bool BackwardNeedsOutput => false;

    public static Operands BackwardFirstReads => Operands.None;

    public static Operands BackwardSecondReads => Operands.Third;

    public static Operands BackwardThirdReads => Operands.Second | Operands.Third;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b, R c)
        where R : struct, IReal<R> => a + (b * _value / c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardFirst<R>(in AddCDivOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardSecond<R>(in AddCDivOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * (op._value / c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardThird<R>(in AddCDivOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => -(dy * (b * op._value / c / c));

    public void Describe(OperationAttributes attributes) => attributes.Add("value", _value);
}
