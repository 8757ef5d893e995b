using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether a = b, elementwise with broadcasting, as a bool tensor; false where an element is NaN.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor EqualTo(Tensor other) => this.Compare(other, default(EqualToOp));

    /// <inheritdoc cref="EqualTo(Tensor)"/>
    /// <param name="other">The number compared with.</param>
    public Tensor EqualTo(Scalar other) => this.Compare(other, default(EqualToOp));
}

internal readonly struct EqualToOp : IPredicate<EqualToOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.Equal(a, b);
}
