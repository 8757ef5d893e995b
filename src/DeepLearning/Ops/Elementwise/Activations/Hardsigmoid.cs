using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Piecewise linear sigmoid: y = min(max(x + 3, 0), 6) / 6; the gradient at ±3 is 0.</summary>
    public Tensor Hardsigmoid() => Map(default(HardsigmoidOp));

    /// <summary>As <see cref="Hardsigmoid()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor HardsigmoidInPlace() => MapInPlace(default(HardsigmoidOp));
}

internal readonly struct HardsigmoidOp : IUnaryOp<HardsigmoidOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(x, -3.0), 0.0, R.Select(R.LessOrEqual(3.0, x), 1.0, (x + 3.0) / 6.0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in HardsigmoidOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(-3.0, x) & R.Less(x, 3.0), dy / 6.0, 0.0);
}
