using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether a &gt; b, elementwise with broadcasting, as a bool tensor; false where an element is NaN.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Greater(Tensor other) => this.Compare(other, default(GreaterOp));

    /// <inheritdoc cref="Greater(Tensor)"/>
    /// <param name="other">The number compared with.</param>
    public Tensor Greater(Scalar other) => this.Compare(other, default(GreaterOp));
}

internal readonly struct GreaterOp : IPredicate<GreaterOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.Less(b, a);
}
