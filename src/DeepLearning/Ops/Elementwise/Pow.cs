using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>a raised to b.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Pow(Tensor other) => Map(other, default(PowOp));

    /// <summary>As <see cref="Pow(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor PowInPlace(Tensor other) => MapInPlace(other, default(PowOp));
}

internal readonly struct PowOp : IBinaryOp<PowOp>
{
    public static bool BackwardNeedsOutput => false;

    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Pow(a, b);
}
