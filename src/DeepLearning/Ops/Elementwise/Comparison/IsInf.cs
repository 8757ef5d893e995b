using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether each element is ∞ or −∞, as a bool tensor.</summary>
    public Tensor IsInf() => DType.IsFloatingPoint() ? this.Compare(this, default(IsInfOp)) : Full(Shape, false, DType.Bool, Device);
}

internal readonly struct IsInfOp : IPredicate<IsInfOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.Equal(R.Abs(a), double.PositiveInfinity);
}
