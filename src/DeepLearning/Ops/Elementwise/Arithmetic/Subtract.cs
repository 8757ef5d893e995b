using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Difference, elementwise with broadcasting.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Subtract(Tensor other) =>
        this.CheckSubtraction(NumberOperands.NotNull(other).DType).Map(other, default(SubtractOp));

    /// <summary>Difference with a multiple: y = a − alpha · other, elementwise with broadcasting.</summary>
    /// <param name="other">The second operand.</param>
    /// <param name="alpha">Its factor; for integers one without a fraction.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">Integers with a factor that has a fraction.</exception>
    public Tensor Subtract(Tensor other, double alpha) =>
        this.CheckSubtraction(NumberOperands.NotNull(other).DType)
            .Map(other, new AddScaledOp(NumberOperands.Factor(-alpha, DTypes.ResultOf(this, other), "Subtract")));

    /// <summary>As <see cref="Subtract(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor SubtractInPlace(Tensor other) =>
        this.CheckSubtraction(NumberOperands.NotNull(other).DType).MapInPlace(other, default(SubtractOp));

    /// <summary>As <see cref="Subtract(Tensor, double)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <param name="alpha">Its factor; for integers one without a fraction.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">Integers with a factor that has a fraction.</exception>
    public Tensor SubtractInPlace(Tensor other, double alpha) =>
        this.CheckSubtraction(NumberOperands.NotNull(other).DType)
            .MapInPlace(other, new AddScaledOp(NumberOperands.Factor(-alpha, DTypes.ResultOf(this, other), "Subtract")));
}

internal readonly struct SubtractOp : IBinaryOp<SubtractOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in SubtractOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in SubtractOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => -dy;
}
