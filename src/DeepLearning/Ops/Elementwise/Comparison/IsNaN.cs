using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether each element is not a number, as a bool tensor.</summary>
    public Tensor IsNaN() => this.Compare(this, default(IsNaNOp));
}

internal readonly struct IsNaNOp : IPredicate<IsNaNOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => ~R.Equal(a, a);
}
