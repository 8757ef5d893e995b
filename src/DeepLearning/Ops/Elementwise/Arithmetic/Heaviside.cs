using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Step function: 0 below 0, 1 above, and at 0 the element of the other tensor.</summary>
    /// <param name="values">The values where this tensor is 0</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Heaviside(Tensor values) => this.Choose(values, default(HeavisideOp));

    /// <summary>As <see cref="Heaviside(Tensor)"/>, written into this tensor.</summary>
    /// <param name="values">The values where this tensor is 0; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor HeavisideInPlace(Tensor values) => this.ChooseInPlace(values, default(HeavisideOp));
}

internal readonly struct HeavisideOp : IBinaryOp<HeavisideOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Select(R.Equal(a, 0.0), b, R.Select(R.Less(0.0, a), 1.0, 0.0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in HeavisideOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => 0.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in HeavisideOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Equal(a, 0.0), dy, 0.0);
}
