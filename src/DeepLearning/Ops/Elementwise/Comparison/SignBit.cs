using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether each element is negative, −0 and a NaN with the sign bit included, as a bool tensor.</summary>
    public Tensor SignBit() => DType.IsFloatingPoint() ? this.Compare(this, default(SignBitOp)) : Less(0);
}

internal readonly struct SignBitOp : IPredicate<SignBitOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.IsNegative(a);
}
