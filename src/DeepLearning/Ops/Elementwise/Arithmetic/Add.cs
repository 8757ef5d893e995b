using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Sum, elementwise with broadcasting; bool tensors are or-ed.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Add(Tensor other) => Map(other, default(AddOp));

    /// <summary>Sum with a multiple: y = a + alpha · other, elementwise with broadcasting.</summary>
    /// <param name="other">The second operand.</param>
    /// <param name="alpha">Its factor; for integers one without a fraction.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">Integers with a factor that has a fraction.</exception>
    public Tensor Add(Tensor other, double alpha) =>
        Map(NumberOperands.NotNull(other), new AddScaledOp(NumberOperands.Factor(alpha, DTypes.ResultOf(this, other), "Add")));

    /// <summary>As <see cref="Add(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor AddInPlace(Tensor other) => MapInPlace(other, default(AddOp));

    /// <summary>As <see cref="Add(Tensor, double)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <param name="alpha">Its factor; for integers one without a fraction.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">Integers with a factor that has a fraction.</exception>
    public Tensor AddInPlace(Tensor other, double alpha) =>
        MapInPlace(NumberOperands.NotNull(other), new AddScaledOp(NumberOperands.Factor(alpha, DTypes.ResultOf(this, other), "Add")));
}

internal readonly struct AddOp : IBinaryOp<AddOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in AddOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in AddOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy;
}

internal readonly struct AddScaledOp(double alpha) : IBinaryOp<AddScaledOp>
{
    private readonly double _alpha = alpha;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => a + (b * _alpha);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in AddScaledOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in AddScaledOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * op._alpha;

    public void Describe(OperationAttributes attributes) => attributes.Add("alpha", _alpha);
}
