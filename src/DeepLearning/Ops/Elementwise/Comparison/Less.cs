using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether a &lt; b, elementwise with broadcasting, as a bool tensor; false where an element is NaN.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Less(Tensor other) => this.Compare(other, default(LessOp));

    /// <inheritdoc cref="Less(Tensor)"/>
    /// <param name="other">The number compared with.</param>
    public Tensor Less(Scalar other) => this.Compare(other, default(LessOp));
}

internal readonly struct LessOp : IPredicate<LessOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.Less(a, b);
}
