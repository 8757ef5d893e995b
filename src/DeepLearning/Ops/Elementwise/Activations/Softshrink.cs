using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Moves values towards 0 by λ: y = x − λ above λ, x + λ below −λ, 0 between; NaN stays NaN.</summary>
    /// <param name="lambda">λ, how far values move; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/> is negative.</exception>
    public Tensor Softshrink(double lambda = 0.5) => Map(new SoftshrinkOp(SoftshrinkOp.Check(lambda)));

    /// <summary>As <see cref="Softshrink(double)"/>, written into this tensor.</summary>
    /// <param name="lambda">λ, how far values move; 0 or more.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/> is negative.</exception>
    public Tensor SoftshrinkInPlace(double lambda = 0.5) => MapInPlace(new SoftshrinkOp(SoftshrinkOp.Check(lambda)));
}

internal readonly struct SoftshrinkOp(double lambda) : IUnaryOp<SoftshrinkOp>
{
    private readonly double _lambda = lambda;

    public static bool BackwardNeedsOutput => false;

    /// <summary>λ, checked.</summary>
    public static double Check(double lambda) => lambda >= 0
        ? lambda
        : throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "Softshrink: values move by lambda; it must be 0 or more.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> =>
            R.Select(R.LessOrEqual(-_lambda, x) & R.LessOrEqual(x, _lambda), 0.0, R.Select(R.Less(0.0, x), x - _lambda, x + _lambda));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SoftshrinkOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(x, -op._lambda) | R.Less(op._lambda, x), dy, 0.0);

    public void Describe(OperationAttributes attributes) => attributes.Add("lambda", _lambda);
}
