using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether each element is ∞, as a bool tensor.</summary>
    public Tensor IsPosInf() => DType.IsFloatingPoint() ? this.Compare(this, default(IsPosInfOp)) : Full(Shape, false, DType.Bool, Device);
}

internal readonly struct IsPosInfOp : IPredicate<IsPosInfOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.Equal(a, double.PositiveInfinity);
}
