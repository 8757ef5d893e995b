using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Sets small values to 0: y = 0 where −λ ≤ x ≤ λ, else x.</summary>
    /// <param name="lambda">λ, the half width of the interval.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/> is NaN.</exception>
    public Tensor Hardshrink(double lambda = 0.5) => Map(new HardshrinkOp(OptionChecks.NotNaN(lambda, nameof(Hardshrink))));

    /// <summary>As <see cref="Hardshrink(double)"/>, written into this tensor.</summary>
    /// <param name="lambda">λ, the half width of the interval.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/> is NaN.</exception>
    public Tensor HardshrinkInPlace(double lambda = 0.5) => MapInPlace(new HardshrinkOp(OptionChecks.NotNaN(lambda, nameof(Hardshrink))));
}

internal readonly struct HardshrinkOp(double lambda) : IUnaryOp<HardshrinkOp>
{
    private readonly double _lambda = lambda;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(-_lambda, x) & R.LessOrEqual(x, _lambda), 0.0, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in HardshrinkOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(x, -op._lambda) | R.Less(op._lambda, x), dy, 0.0);

    public void Describe(OperationAttributes attributes) => attributes.Add("lambda", _lambda);
}
