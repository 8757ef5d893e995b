using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The greater of two elements; NaN if either is. At ties each side gets half of the gradient.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Maximum(Tensor other) => this.Choose(other, default(MaximumOp));

    /// <summary>As <see cref="Maximum(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor MaximumInPlace(Tensor other) => this.ChooseInPlace(other, default(MaximumOp));
}

internal readonly struct MaximumOp : IBinaryOp<MaximumOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Max(a, b);

    // Beside NaN, as in PyTorch, each side gets the whole gradient.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in MaximumOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(a, b), 0.0, R.Select(R.Equal(a, b), dy * 0.5, dy));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in MaximumOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(b, a), 0.0, R.Select(R.Equal(a, b), dy * 0.5, dy));
}
