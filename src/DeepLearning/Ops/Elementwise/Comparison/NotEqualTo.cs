using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether a ≠ b, elementwise with broadcasting, as a bool tensor; true where an element is NaN.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor NotEqualTo(Tensor other) => this.Compare(other, default(NotEqualToOp));

    /// <inheritdoc cref="NotEqualTo(Tensor)"/>
    /// <param name="other">The number compared with.</param>
    public Tensor NotEqualTo(Scalar other) => this.Compare(other, default(NotEqualToOp));
}

internal readonly struct NotEqualToOp : IPredicate<NotEqualToOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => ~R.Equal(a, b);
}
