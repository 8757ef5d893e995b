using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Takes each element from one of two tensors: y = condition ? a : b, with broadcasting.</summary>
    /// <param name="condition">A bool tensor.</param>
    /// <param name="a">Taken where the condition is true.</param>
    /// <param name="b">Taken where it is false.</param>
    /// <exception cref="DTypeException">
    /// The condition is not a bool tensor, or the integer type of the result does not hold a number.
    /// </exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Tensor Where(Tensor condition, Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (condition.DType != DType.Bool)
        {
            throw new DTypeException($"Where: the condition is a bool tensor, not {condition.DType.Name()}; compare first, such as x > 0.");
        }

        DType dtype = DTypes.ResultOf(a, b);
        NumberOperands.CheckFits(a, dtype, "Where");
        NumberOperands.CheckFits(b, dtype, "Where");
        return MapNodes.Ternary(condition, a, b, default(WhereOp), dtype);
    }
}

internal readonly struct WhereOp : ITernaryOp<WhereOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    public static Operands BackwardFirstReads => Operands.None;

    public static Operands BackwardSecondReads => Operands.First;

    public static Operands BackwardThirdReads => Operands.First;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b, R c)
        where R : struct, IReal<R> => R.Select(R.Equal(a, 0.0), c, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardFirst<R>(in WhereOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => 0.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardSecond<R>(in WhereOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Equal(a, 0.0), 0.0, dy);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardThird<R>(in WhereOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Equal(a, 0.0), dy, 0.0);
}
