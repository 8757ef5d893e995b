using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether a ≤ b, elementwise with broadcasting, as a bool tensor; false where an element is NaN.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor LessOrEqual(Tensor other) => this.Compare(other, default(LessOrEqualOp));

    /// <inheritdoc cref="LessOrEqual(Tensor)"/>
    /// <param name="other">The number compared with.</param>
    public Tensor LessOrEqual(Scalar other) => this.Compare(other, default(LessOrEqualOp));
}

internal readonly struct LessOrEqualOp : IPredicate<LessOrEqualOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.LessOrEqual(a, b);
}
