using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether each element is −∞, as a bool tensor.</summary>
    public Tensor IsNegInf() => DType.IsFloatingPoint() ? this.Compare(this, default(IsNegInfOp)) : Full(Shape, false, DType.Bool, Device);
}

internal readonly struct IsNegInfOp : IPredicate<IsNegInfOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.Equal(a, double.NegativeInfinity);
}
