using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether each element is 0, as a bool tensor.</summary>
    public Tensor LogicalNot() => this.Compare(this, default(LogicalNotOp));
}

internal readonly struct LogicalNotOp : IPredicate<LogicalNotOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.Equal(a, 0.0);
}
