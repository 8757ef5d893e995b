using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether a ≥ b, elementwise with broadcasting, as a bool tensor; false where an element is NaN.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor GreaterOrEqual(Tensor other) => this.Compare(other, default(GreaterOrEqualOp));

    /// <inheritdoc cref="GreaterOrEqual(Tensor)"/>
    /// <param name="other">The number compared with.</param>
    public Tensor GreaterOrEqual(Scalar other) => this.Compare(other, default(GreaterOrEqualOp));
}

internal readonly struct GreaterOrEqualOp : IPredicate<GreaterOrEqualOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.LessOrEqual(b, a);
}
