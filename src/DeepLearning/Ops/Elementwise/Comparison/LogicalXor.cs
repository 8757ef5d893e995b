using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether exactly one of the elements is not 0, with broadcasting, as a bool tensor.</summary>
    /// <param name="other">The second operand.</param>
    public Tensor LogicalXor(Tensor other) => this.Compare(other, default(LogicalXorOp));
}

internal readonly struct LogicalXorOp : IPredicate<LogicalXorOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => (R.Equal(a, 0.0) & ~R.Equal(b, 0.0)) | (~R.Equal(a, 0.0) & R.Equal(b, 0.0));
}
