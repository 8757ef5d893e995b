using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether either element is not 0, with broadcasting, as a bool tensor.</summary>
    /// <param name="other">The second operand.</param>
    public Tensor LogicalOr(Tensor other) => this.Compare(other, default(LogicalOrOp));
}

internal readonly struct LogicalOrOp : IPredicate<LogicalOrOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => ~R.Equal(a, 0.0) | ~R.Equal(b, 0.0);
}
