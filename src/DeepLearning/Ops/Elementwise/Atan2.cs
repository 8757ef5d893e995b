using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The angle of the point (b, a) from the first axis, in −π … π.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Atan2(Tensor other) => Map(other, default(Atan2Op));

    /// <summary>As <see cref="Atan2(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor Atan2InPlace(Tensor other) => MapInPlace(other, default(Atan2Op));
}

internal readonly struct Atan2Op : IBinaryOp<Atan2Op>
{
    public static bool BackwardNeedsOutput => false;

    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Atan2(a, b);
}
