using System.Runtime.CompilerServices;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Atan2(a, b);

    // By the reciprocal, so that an infinite operand gives 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in Atan2Op op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * b * (1.0 / ((a * a) + (b * b)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in Atan2Op op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * -a * (1.0 / ((a * a) + (b * b)));
}
