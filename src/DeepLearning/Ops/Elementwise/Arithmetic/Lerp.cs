using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Linear interpolation: y = a + w (end − a), with broadcasting; w may lie outside 0 … 1.</summary>
    /// <param name="end">The values at weight 1.</param>
    /// <param name="weight">The weight w.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Lerp(Tensor end, double weight) => Map(end, new LerpNumberOp(weight));

    /// <inheritdoc cref="Lerp(Tensor, double)"/>
    /// <param name="end">The values at weight 1.</param>
    /// <param name="weight">The weights w.</param>
    public Tensor Lerp(Tensor end, Tensor weight) => Map(end, weight, default(LerpOp));

    /// <summary>As <see cref="Lerp(Tensor, double)"/>, written into this tensor.</summary>
    /// <param name="end">The values at weight 1; broadcast to this tensor's shape.</param>
    /// <param name="weight">The weight w.</param>
    /// <returns>This tensor.</returns>
    public Tensor LerpInPlace(Tensor end, double weight) => MapInPlace(end, new LerpNumberOp(weight));

    /// <summary>As <see cref="Lerp(Tensor, Tensor)"/>, written into this tensor.</summary>
    /// <param name="end">The values at weight 1; broadcast to this tensor's shape.</param>
    /// <param name="weight">The weights w; broadcast to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor LerpInPlace(Tensor end, Tensor weight) => MapInPlace(end, weight, default(LerpOp));
}

/// <summary>Both ends are exact: below ½ counted from a, above from b.</summary>
internal readonly struct LerpNumberOp(double weight) : IBinaryOp<LerpNumberOp>
{
    private readonly double _weight = weight;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => Math.Abs(_weight) < 0.5 ? R.MultiplyAdd(b - a, _weight, a) : R.MultiplyAdd(b - a, _weight - 1.0, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in LerpNumberOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * (1.0 - op._weight);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in LerpNumberOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * op._weight;

    public void Describe(OperationAttributes attributes) => attributes.Add("weight", _weight);
}

internal readonly struct LerpOp : ITernaryOp<LerpOp>
{
    public static bool BackwardNeedsOutput => false;

    public static Operands BackwardFirstReads => Operands.Third;

    public static Operands BackwardSecondReads => Operands.Third;

    public static Operands BackwardThirdReads => Operands.First | Operands.Second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b, R c)
        where R : struct, IReal<R>
    {
        Mask<R> fromStart = R.Less(R.Abs(c), 0.5);
        return R.MultiplyAdd(b - a, R.Select(fromStart, c, c - 1.0), R.Select(fromStart, a, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardFirst<R>(in LerpOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * (1.0 - c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardSecond<R>(in LerpOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardThird<R>(in LerpOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * (b - a);
}
