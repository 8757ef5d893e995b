using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether each element is neither infinite nor NaN, as a bool tensor.</summary>
    public Tensor IsFinite() => DType.IsFloatingPoint() ? this.Compare(this, default(IsFiniteOp)) : Full(Shape, true, DType.Bool, Device);
}

internal readonly struct IsFiniteOp : IPredicate<IsFiniteOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R> => R.Less(R.Abs(a), double.PositiveInfinity);
}
